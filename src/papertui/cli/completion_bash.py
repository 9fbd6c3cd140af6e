"""Completion for bash, 3.2 and later, without the bash-completion package.

Nothing that is completed is ever read by the shell as code: no `compgen -W`, which would expand what it is given.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from papertui.cli.shape import TEXT, Argument, Shape, Values

_HEAD = """\
# Completion of papertui for bash. Made by: papertui completion bash

# In _papertui: kind, words = what is to be completed. text: nothing; words: these; files, folders: as the shell does;
# dates, profiles: these and what papertui says."""

_REST = """\
_papertui() {
    local cur=${COMP_WORDS[COMP_CWORD]} command='' option='' word kind
    local -i i place=0
    local -a words
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == : ]]; then
            i+=1  # bash takes "list:NAME" for three words
        elif [[ -n $option ]]; then
            [[ $word == '=' ]] || option=''
        elif [[ $word == -* ]]; then
            _papertui_value "$command" "$word" && option=$word
        elif [[ -z $command ]]; then
            command=$word
        else
            place+=1
        fi
    done
    kind=words words=()
    if [[ -n $option ]]; then
        [[ $cur == '=' ]] && cur=''
        _papertui_value "$command" "$option"
    elif [[ $cur == -* ]]; then
        _papertui_options "$command"
    else
        _papertui_place "$command" "$place"
    fi
    case $kind in
        files)
            compopt -o default 2> /dev/null || while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
            return ;;
        folders)
            compopt -o dirnames 2> /dev/null || while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$cur")
            return ;;
        dates | profiles)
            while IFS= read -r word; do words+=("$word"); done < <(papertui completion --values "$kind" 2> /dev/null) ;;
    esac
    for word in "${words[@]}"; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
    done
}

complete -F _papertui papertui"""


def script(shapes: Sequence[Shape]) -> list[str]:
    """The script's lines."""
    return [
        *_HEAD.splitlines(),
        "_papertui_value() {  # what option $2 of command $1 takes; fails where it takes nothing",
        *_cases('"$1 $2"', _options(shapes), ["        *) return 1 ;;"]),
        "}",
        "",
        "_papertui_place() {  # what command $1 takes after $2 others",
        *_cases('"$1 $2"', _places(shapes), [f"        *) kind={TEXT} ;;"]),
        "}",
        "",
        "_papertui_options() {  # the options of command $1",
        *_cases('"$1"', ((_word(shape.name), f"words=({_words(_names(shape.own))})") for shape in shapes), []),
        f"    words+=({_words(_names(shapes[0].everywhere))})",
        "}",
        "",
        *_REST.splitlines(),
    ]


def _cases(subject: str, pairs: Iterator[tuple[str, str]], last: list[str]) -> Iterator[str]:
    """A `case` of (pattern, what to do) pairs, those with the same thing to do on one line."""
    patterns: dict[str, list[str]] = {}
    for pattern, todo in pairs:
        patterns.setdefault(todo, []).append(pattern)
    yield f"    case {subject} in"
    for todo, several in patterns.items():
        yield f"        {' | '.join(several)}) {todo} ;;"
    yield from last
    yield "    esac"


def _options(shapes: Sequence[Shape]) -> Iterator[tuple[str, str]]:
    for shape in shapes:
        for option in shape.own:
            if option.values is not None:
                yield from ((_word(f"{shape.name} {name}"), _todo(option.values)) for name in option.names)
    for option in shapes[0].everywhere:
        if option.values is not None:
            yield from ((f"*{_word(f' {name}')}", _todo(option.values)) for name in option.names)


def _places(shapes: Sequence[Shape]) -> Iterator[tuple[str, str]]:
    yield _word(" 0"), f"words=({_words([shape.name for shape in shapes if shape.name])})"
    for shape in shapes:
        for number, place in enumerate(shape.places):
            if place.values is not None and place.values.kind != TEXT:
                pattern = f"{_word(f'{shape.name} ')}*" if place.many else _word(f"{shape.name} {number}")
                yield pattern, _todo(place.values)


def _todo(values: Values) -> str:
    words = f" words=({_words(values.words)})" if values.words else ""
    return f"kind={values.kind}{words}"


def _names(options: Sequence[Argument]) -> list[str]:
    return [name for option in options for name in option.names]


def _words(words: Sequence[str]) -> str:
    return " ".join(map(shlex.quote, words))


def _word(text: str) -> str:
    return f"'{text}'" if "'" not in text else shlex.quote(text)
