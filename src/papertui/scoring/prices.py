"""Prices of models, from the table that the `genai-prices` package brings along: nothing is downloaded."""

from __future__ import annotations

from urllib.parse import urlsplit

from papertui.scoring.money import MILLION, Prices


def prices_of(model: str, base_url: str) -> Prices | None:
    """What `genai-prices` knows of a model on a server; None where it knows none, and for servers that it does not know.

    A name alone is not enough: the same model has another price elsewhere, and none on one's own machine.
    """
    from genai_prices import Usage, calc_price

    if not urlsplit(base_url).hostname:
        return None

    def dollars(**tokens: int) -> float:
        return float(calc_price(Usage(**tokens), model_ref=model, provider_api_url=base_url).total_price)

    def perhaps(**tokens: int) -> float | None:
        try:
            return dollars(**tokens)
        except (LookupError, ValueError, TypeError, ArithmeticError):
            return None

    plain, output = perhaps(input_tokens=MILLION), perhaps(output_tokens=MILLION)
    if plain is None or output is None:
        return None
    cached = perhaps(input_tokens=MILLION, cache_read_tokens=MILLION)
    return Prices(plain, output, cached, perhaps(input_tokens=MILLION, cache_write_tokens=MILLION))
