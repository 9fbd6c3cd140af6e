"""Which of TeX's commands act on whoever compiles a .bib, and may therefore not stand in a value as commands.

A title is typed by a stranger and ends in a reader's thesis: what reads or writes files, starts programs, defines, or changes
how TeX reads would act there, also without shell escape (`\\input`, `\\openout`). Commands that only draw stay, known or not.
The names are TeX's, eTeX's, pdfTeX's and LuaTeX's primitives, LaTeX's kernel and the packages that read files.
"""

from __future__ import annotations

import re

_DRAWING = "math array matrix pmatrix bmatrix vmatrix Vmatrix Bmatrix smallmatrix cases dcases aligned alignedat gathered split"
_DRAWING_ENVIRONMENTS = frozenset(_DRAWING.split())

_ACTS = r"""
    .*(?:input|Input|include|filecontents).*|(?:sub)?import|(?:sub)?includefrom|subfile|InputIfFileExists|IfFileExists|CatchFileDef|endinput
    |(?:immediate|write|openin|openout|closein|closeout|read|readline|special|shipout|everyjob|message|errmessage|typeout|typein|wlog|show[a-z]*)
    |(?:ShellEscape|directlua|latelua|luaexec|luadirect|luacode[a-z]*|lua[a-z]*|pdf[a-z]+|Pdf[A-Za-z]+|vtex[a-z]*|XeTeX[A-Za-z]*|scantokens|scantextokens)
    |(?:g|e|x|)def|(?:future|g|)let|(?:math|)chardef|mathchar|count|countdef|dimendef|skipdef|muskipdef|toksdef|toks|font|fontdimen|hyphenation|patterns
    |(?:global|long|outer|protected|globaldefs|advance|multiply|divide|aftergroup|afterassignment|output|every[a-z]+|(?:end|new)linechar|escapechar)
    |(?:cat|lc|uc|sf|math|del)code|csname|endcsname|expandafter|noexpand|unexpanded|detokenize|begincsname|the|string|meaning
    |if(?!f$)[A-Za-z]*|unless|else|fi|or|loop|repeat|iterate|loggingall|tracingall|batchmode|scrollmode|nonstopmode|errorstopmode
    |(?:re|provide)?new(?:command|environment|theorem|count|counter|dimen|skip|muskip|toks|box|read|write|if|length|savebox|font|language|insert|fam|help)
    |provide(?:command|environment)|(?:New|Renew|Provide|Declare)[A-Za-z]+|Declare[A-Za-z]*|(?:set|addto|step|refstep)(?:counter|length)|settowidth|settoheight
    |usepackage|RequirePackage[A-Za-z]*|LoadClass[A-Za-z]*|documentclass|documentstyle|PassOptions[A-Za-z]*|bibliography[a-z]*|addbibresource|nocite
    |At(?:Begin|End)[A-Za-z]+|AddToHook[A-Za-z]*|UseHook|UseName|ExpandArgs|makeatletter|makeatother|ExplSyntax[A-Za-z]+|begingroup|endgroup|bgroup|egroup
    |(?:lst|verbatim|tcb|pgf|csv|pdf)[a-z]*(?:listing|input|read|table)[a-z]*|DTLload[a-z]*|bye|stop|end|dump
"""
_ACTING = re.compile(f"(?:{''.join(_ACTS.split())})")
_NAME = re.compile(r"\{([A-Za-z]+)\*?\}")


def acts(command: str, following: str = "") -> bool:
    """Whether a command (its name without the backslash) acts; `following` is what comes behind it.

    `\\begin` and `\\end` act unless their environment is one of mathematics that only draws: `\\begin{x}` runs the command `\\x`.
    """
    if command in ("begin", "end"):
        name = _NAME.match(following)
        return name is None or name[1] not in _DRAWING_ENVIRONMENTS
    return _ACTING.fullmatch(command) is not None
