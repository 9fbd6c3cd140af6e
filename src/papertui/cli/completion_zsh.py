"""Completion for zsh, as a file `_papertui` on the fpath or as lines to evaluate after compinit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from papertui.cli.shape import DATES, FILES, FOLDERS, PROFILES, Argument, Shape, Values

_HEAD = """\
#compdef papertui
# Completion of papertui for zsh. Made by: papertui completion zsh

_papertui_ask() {  # what papertui says of $1, and the other words given
    local -a found expl
    found=("${@:2}" ${(f)"$(_call_program $1 papertui completion --values $1 2> /dev/null)"})
    _wanted -V $1 expl $1 compadd -a found
}

_papertui() {
    local curcontext=$curcontext context state state_descr line
    local -a commands everywhere
    typeset -A opt_args
    commands=("""

_AFTER_OPTIONS = """\
        '1: :->command' '*::: :->argument' && return
    case $state in
        command)
            _describe -t commands command commands
            return ;;
    esac
    words=($line[1] $words)
    (( CURRENT += 1 ))
    curcontext=${curcontext%:*:*}:papertui-$line[1]:
    case $line[1] in"""

_END = """\
    esac
}

if [[ $funcstack[1] == _papertui ]]; then
    _papertui "$@"
else
    compdef _papertui papertui
fi"""


def script(shapes: Sequence[Shape]) -> list[str]:
    """The script's lines."""
    top, *commands = shapes
    lines = _HEAD.splitlines()
    lines += [f"        {quoted(f'{_colons(shape.name)}:{shape.help}')}" for shape in commands]
    lines += ["    )", "    everywhere=("]
    lines += [f"        {spec}" for option in top.everywhere for spec in _option(option)]
    lines += ["    )", "    _arguments -C -S -A '-*' $everywhere \\"]
    lines += [f"        {spec} \\" for option in top.own for spec in _option(option)]
    lines += _AFTER_OPTIONS.splitlines()
    for shape in commands:
        lines += [f"        {shape.name})", "            _arguments -S $everywhere \\"]
        specs = [spec for option in shape.own for spec in _option(option)]
        specs += [_place(place) for place in shape.places]
        lines += [f"                {spec} \\" for spec in specs[:-1]]
        lines.append(f"                {specs[-1]} ;;")
    return [*lines, *_END.splitlines()]


def _option(option: Argument) -> Iterator[str]:
    """A spec for each name of an option; none is offered beside what it excludes, itself among that unless it may be repeated."""
    others = () if option.many else option.names
    excludes = " ".join([*others, *option.excludes])
    before = "*" if option.many else f"({excludes})" if excludes else ""
    for name in option.names:
        # not `--name=`: where its value has no candidates, zsh 5.9 then offers the dashes of the other options
        yield quoted(f"{before}{name}[{_brackets(option.help)}]{_value(option)}")


def _place(place: Argument) -> str:
    before = "*" if place.many else "" if place.needed else ":"
    return quoted(f"{before}{_value(place)}")


def _value(argument: Argument) -> str:
    return f":{_colons(argument.shown)}:{_action(argument.values)}" if argument.values else ""


def _action(values: Values) -> str:
    """How zsh finds candidates; a blank finds none. Words after a leading blank are run as they stand."""
    if values.kind == FILES:
        return "_files"
    if values.kind == FOLDERS:
        return "_files -/"
    if values.kind in (DATES, PROFILES):
        return " " + " ".join(["_papertui_ask", values.kind, *values.words])
    return f"({' '.join(values.words)})" if values.words else " "


def _colons(text: str) -> str:
    return text.replace("\\", "\\\\").replace(":", "\\:")


def _brackets(text: str) -> str:
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def quoted(text: str) -> str:
    """A text in single quotes."""
    return "'" + text.replace("'", "'\\''") + "'"
