# SPDX-License-Identifier: GPL-2.0
"""The mutations of a C source: one token of a function or of a table changed at a time."""

import dataclasses
import re

TOKEN = re.compile(r"""
    (?P<skip>\s+ | //[^\n]* | /\*.*?\*/ | ^[ \t]*\#(?:[^\n\\]|\\.)*)
  | (?P<text>"(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
  | (?P<number>0[xX][0-9a-fA-F]+[uUlL]* | [0-9]+[uUlL]*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<sign><<= | >>= | \.\.\. | << | >> | <= | >= | == | != | && | \|\| | -> | \+\+ | --
           | [-+*/%&|^]= | .)
""", re.X | re.S | re.M)

BINARY = {
    "<": ["<="], "<=": ["<"], ">": [">="], ">=": [">"], "==": ["!="], "!=": ["=="],
    "&&": ["||"], "||": ["&&"], "+": ["-"], "-": ["+"], "&": ["|"], "|": ["&"], "^": ["|"],
    "*": ["+"], "/": ["*"], "%": ["/"], "<<": [">>"], ">>": ["<<"],
    "+=": ["-="], "-=": ["+="], "|=": ["&="], "&=": ["|="], "^=": ["|="],
    "<<=": [">>="], ">>=": ["<<="],
}
STEPS = {"++": ["--"], "--": ["++"]}
UNARY = {"!": [""], "~": [""]}
WORDS = {"true": ["false"], "false": ["true"], "if": ["if_not"], "while": ["while_not"]}
KEYWORDS = {"return", "case", "else", "do", "goto", "sizeof", "if", "while", "for", "switch",
            "default"}
# What follows the first word of a statement that is no declaration and no label.
OPERATES = {"(", "[", ".", "->", "=", "++", "--", "+=", "-=", "|=", "&=", "^=", "<<=", ">>=",
            "*=", "/=", "%="}


@dataclasses.dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int


@dataclasses.dataclass(frozen=True)
class Mutation:
    """One place of a file and what shall stand there; lines are without their indentation."""

    file: str
    number: int
    start: int
    old: str
    new: str
    old_line: str
    new_line: str

    @property
    def key(self):
        return self.file, self.old_line, self.new_line

    def apply(self, text):
        end = self.start + len(self.old)
        return text[:self.start] + self.new + "\n" * self.old.count("\n") + text[end:]

    def __str__(self):
        new = self.new or "nothing"
        return f"{self.file}:{self.number}: {' '.join(self.old.split())} -> {new}"


def tokens_of(text):
    for match in TOKEN.finditer(text):
        if match.lastgroup != "skip":
            yield Token(match.lastgroup, match.group(), match.start())


def with_code(tokens):
    """The tokens inside functions and initialised objects, not those of types and prototypes."""
    depth, head, inside = 0, [], False
    for token in tokens:
        if token.text == "{":
            if not depth:
                inside = bool(head) and head[-1].text in (")", "=")
            depth += 1
        if depth and inside:
            yield token
        if token.text == "}":
            depth -= 1
            if not depth:
                head = []
        elif not depth:
            head = [] if token.text == ";" else head + [token]


def off_by_one(text):
    digits = text.rstrip("uUlL")
    value = int(digits, 0) if digits.lower().startswith("0x") else int(digits, 10)
    written = (lambda n: f"{n:#x}") if digits.lower().startswith("0x") else str
    return [written(n) + text[len(digits):] for n in (value - 1, value + 1) if n >= 0]


def is_operand(token):
    return token.kind in ("number", "text") or token.text in (")", "]") or \
        (token.kind == "word" and token.text not in KEYWORDS)


def replacements(before, token):
    if token.kind == "number":
        return off_by_one(token.text)
    if token.kind == "word":
        return WORDS.get(token.text, [])
    if token.text in UNARY:
        return UNARY[token.text]
    if token.text in STEPS:
        return STEPS[token.text]
    return BINARY.get(token.text, []) if before and is_operand(before) else []


def begins_statement(tokens, i):
    """True where a statement begins that can be left out: a call, an assignment, a jump."""
    before = tokens[i - 1].text if i else ";"
    if before == ")":
        depth, j = 1, i - 1
        while depth and j:
            j -= 1
            depth += {")": 1, "(": -1}.get(tokens[j].text, 0)
        if tokens[j - 1].text not in ("if", "while", "for"):
            return False
    elif before not in (";", "{", "}", "else", ":"):
        return False
    token, after = tokens[i], tokens[i + 1].text
    if token.text in ("break", "continue"):
        return after == ";"
    if token.kind == "word" and token.text not in KEYWORDS:
        return after in OPERATES
    return token.text == "*"


def statement(text, tokens, i):
    """The statement's text, or None if a brace comes before its end: it is an initialiser."""
    depth = 0
    for token in tokens[i:]:
        if token.text in "()[]":
            depth += 1 if token.text in "([" else -1
        if token.text in "{}" or depth < 0:
            return None
        if token.text == ";" and not depth:
            return text[tokens[i].start:token.start + 1]
    return None


def is_array_size(tokens, i):
    """A local array that is larger than needed is no fault."""
    return tokens[i - 1].text == "[" and tokens[i + 1].text == "]" and \
        tokens[i - 2].kind == "word" and (tokens[i - 3].kind == "word" or tokens[i - 3].text == "*")


def mutations_of(name, text):
    """Each once: what is at different places but makes the same line is one mutation."""
    tokens = list(with_code(tokens_of(text)))
    found = {}

    def add(start, old, new):
        begin = text.rfind("\n", 0, start) + 1
        end = text.find("\n", start)
        first = old.split("\n", 1)[0]
        line = text[begin:start] + new + text[start + len(first):end]
        mutation = Mutation(name, text.count("\n", 0, start) + 1, start, old, new,
                            text[begin:end].strip(), line.strip() or "(nothing)")
        found.setdefault((start, new), mutation)

    for i, token in enumerate(tokens[:-1]):
        if not (token.kind == "number" and is_array_size(tokens, i)):
            for new in replacements(tokens[i - 1] if i else None, token):
                add(token.start, token.text, new)
        if begins_statement(tokens, i):
            old = statement(text, tokens, i)
            if old:
                add(token.start, old, "{}")
    return list(found.values())
