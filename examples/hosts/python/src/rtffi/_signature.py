"""Signatures as plugins write them: `name(parameter: type = default, *, keyword: type) -> type`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

from .errors import SignatureError

PLAIN = {"bool", "i32", "i64", "f64", "text", "bytes", "ptr", "any"}
MISSING: Any = object()  # a parameter without a default

_token = re.compile(r'\s*(->|\.\.\.|"(?:[^"\\]|\\[\s\S])*"|[A-Za-z_]\w*(?:(?:::|\.)\w+)*|[-+]?[\w.][\w.+-]*|.)', re.ASCII)
_words = {"true": True, "false": False, "none": None}


@dataclass(frozen=True)
class Type:
    """kind is one of PLAIN, or handle, array, tuple, fn, none (for a function without a result)."""

    kind: str
    text: str = ""
    name: str = ""  # the class of a handle
    element: Type | None = None
    writable: bool = False
    optional: bool = False
    items: tuple[Type, ...] = ()  # of a tuple, or the parameters of fn(...)
    result: Type | None = None  # of fn(...)


@dataclass(frozen=True)
class Parameter:
    name: str
    type: Type
    default: Any = MISSING
    keyword_only: bool = False


@dataclass(frozen=True)
class Signature:
    text: str
    name: str
    parameters: tuple[Parameter, ...]
    result: Type
    variadic: bool = False
    positional: int = 0  # how many come before `*`


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [(m.group(1), m.start(1), m.end(1)) for m in _token.finditer(text) if m.group(1).strip()]
        self.at = 0

    def fail(self, expected: str) -> NoReturn:
        found = repr(self.peek()) if self.peek() else "the end"
        raise SignatureError(f"the signature '{self.text}' does not parse: expected {expected}, found {found}")

    def peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at][0] if at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def accept(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self.at += 1
        return True

    def expect(self, token: str) -> None:
        if not self.accept(token):
            self.fail(f"'{token}'")

    def signature(self) -> Signature:
        name = self.take()
        self.expect("(")
        if self.accept("..."):
            self.expect(")")
            return Signature(self.text, name, (), self.result(), variadic=True)
        parameters: list[Parameter] = []
        keyword_only = False
        while not self.accept(")"):
            if self.accept("*"):
                keyword_only = True
            else:
                parameters.append(self.parameter(keyword_only))
            if self.peek() != ")":
                self.expect(",")
        positional = sum(not p.keyword_only for p in parameters)
        return Signature(self.text, name, tuple(parameters), self.result(), positional=positional)

    def result(self) -> Type:
        result = self.type() if self.accept("->") else Type("none")
        if self.peek():
            self.fail("the end")
        return result

    def parameter(self, keyword_only: bool) -> Parameter:
        name = self.take()
        self.expect(":")
        type_ = self.type()
        default = self.literal(type_) if self.accept("=") else MISSING
        return Parameter(name, type_, default, keyword_only)

    def type(self) -> Type:
        begin = self.at
        writable = self.accept("mut")
        made: dict[str, Any] = {"writable": writable}
        if self.accept("["):
            made |= {"kind": "array", "element": self.type()}
            self.expect("]")
        elif self.accept("("):
            made |= {"kind": "tuple", "items": self.types(")")}
        elif self.accept("fn"):
            self.expect("(")
            made |= {"kind": "fn", "items": self.types(")"), "result": self.type() if self.accept("->") else Type("none")}
        else:
            word = self.take()
            if word not in PLAIN and not word[:1].isupper():
                self.at -= 1
                self.fail("a type")
            made |= {"kind": word} if word in PLAIN else {"kind": "handle", "name": word}
        made["optional"] = self.accept("?")
        return Type(text=self.text[self.tokens[begin][1] : self.tokens[self.at - 1][2]], **made)

    def types(self, close: str) -> tuple[Type, ...]:
        found = []
        while not self.accept(close):
            if self.peek(1) == ":":
                self.at += 2  # past a parameter's name
            found.append(self.type())
            if self.peek() != close:
                self.expect(",")
        return tuple(found)

    def literal(self, type_: Type) -> Any:
        """As the core reads it: a backslash stands for the character behind it, and zeros in front for nothing."""
        if self.accept("["):
            items = []
            while not self.accept("]"):
                items.append(self.literal(type_.element or type_))
                self.accept(",")
            return tuple(items)
        token = self.take()
        if token in _words:
            return _words[token]
        if token.startswith('"'):
            return re.sub(r"\\([\s\S])", r"\1", token[1:-1])
        return float(token) if type_.kind == "f64" or re.search("[.eEn]", token) else int(token)


@cache
def parse_signature(text: str) -> Signature:
    return _Parser(text).signature()


@cache
def parse_type(text: str) -> Type:
    parser = _Parser(text)
    type_ = parser.type()
    if parser.peek():
        parser.fail("the end")
    return type_
