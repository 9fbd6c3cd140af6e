"""Completion for fish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from papertui.cli.shape import DATES, FILES, FOLDERS, PROFILES, Argument, Shape, Values

_HEAD = """\
# Completion of papertui for fish. Made by: papertui completion fish

function __papertui_at --description 'whether the command on the line is $argv[1], and $argv[2] words stand after it where that is given'
    set -l words (commandline -opc)
    set -l command ''
    set -l places 0
    set -e words[1]
    while set -q words[1]
        if contains -- $words[1] $__papertui_takes_value; or contains -- "$command $words[1]" $__papertui_takes_value
            set -e words[1]
        else if not string match -q -- '-*' $words[1]
            if test -z "$command"
                set command $words[1]
            else
                set places (math $places + 1)
            end
        end
        set -e words[1]
    end
    test "$command" = "$argv[1]"; and begin
        not set -q argv[2]; or test $places = $argv[2]
    end
end

complete -c papertui -f"""


def script(shapes: Sequence[Shape]) -> list[str]:
    """The script's lines."""
    takes_value = [name for option in shapes[0].everywhere if option.values for name in option.names]
    takes_value += [f"{shape.name} {name}" for shape in shapes for option in shape.own if option.values for name in option.names]
    lines = [*_HEAD.splitlines(), f"set -g __papertui_takes_value {' '.join(map(quoted, takes_value))}", ""]
    for shape in shapes:
        if shape.name:
            lines.append(f"complete -c papertui -n '__papertui_at \"\"' -a {quoted(shape.name)} -d {quoted(shape.help)}")
    lines += ["", *(" ".join(["complete -c papertui", *_option(option)]) for option in shapes[0].everywhere)]
    for shape in shapes:
        lines += ["", *_of(shape)]
    return lines


def _of(shape: Shape) -> Iterator[str]:
    here = f"__papertui_at {quoted(shape.name)}"
    for option in shape.own:
        yield " ".join(["complete -c papertui -n", quoted(here), *_option(option)])
    for number, place in enumerate(shape.places):
        condition = here if place.many else f"{here} {number}"
        if place.values and (values := _values(place.values)):
            yield " ".join(["complete -c papertui -n", quoted(condition), *values])


def _option(option: Argument) -> Iterator[str]:
    for name in option.names:
        yield f"-l {quoted(name[2:])}" if name.startswith("--") else f"-s {quoted(name[1:])}"
    if option.values:
        yield "-r" if option.values.kind == FILES else "-x"  # -x: no files
        yield from _values(option.values)
    yield f"-d {quoted(option.help)}"


def _values(values: Values) -> list[str]:
    if values.kind == FILES:
        return ["-F"]
    if values.kind == FOLDERS:
        return ["-a '(__fish_complete_directories)'"]
    asked = [f"(papertui completion --values {values.kind} 2> /dev/null)"] if values.kind in (DATES, PROFILES) else []
    words = [*values.words, *asked]
    return [f"-k -a {quoted(' '.join(words))}"] if words else []


def quoted(text: str) -> str:
    """A text in fish's single quotes, in which only the backslash and the quote itself mean anything."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
