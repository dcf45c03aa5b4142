"""Reads what a header declares: the declarations at namespace scope, each with the comment above it, and classes without what is
private in them and without the bodies of their functions. Enough of C and C++ for the headers below include/rtffi."""

import re
from dataclasses import dataclass, field

ATTRIBUTE = re.compile(r"(?:RT_API|RT_NOTE_ALONE|__attribute__\(\((?:[^()]|\([^()]*\))*\)\)|\[\[[^]]*\]\])\s*")
SECTION = re.compile(r"/\* -{2,} (.*?) -{2,} \*/")
LABEL = re.compile(r"(public|private|protected)\s*:(?!:)")
SCOPE = re.compile(r'(?:inline\s+)?namespace\b([^{]*)|extern "C"\s*')
TYPE = re.compile(r"(?:typedef\s+)?(?:enum\s+class|enum|class|struct|union)\b")
IDENTIFIER = r"[A-Za-z_]\w*"


@dataclass
class Declaration:
    comment: str  # as prose, without the marks of a comment
    code: str
    names: list[str]
    joins: bool = False  # no blank line parts it from the declaration before
    members: list["Declaration"] = field(default_factory=list)  # of a class


def prose(comment: str) -> str:
    """The text in a comment of either kind."""
    if comment.startswith("//"):
        lines = [re.sub(r"^\s*// ?", "", line) for line in comment.splitlines()]
    else:
        body = comment[2:-2].removeprefix(" ").rstrip()
        lines = [re.sub(r"^\s*\* ?", "", line) if number else line for number, line in enumerate(body.splitlines())]
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def skip_quoted(text: str, at: int) -> int:
    """Behind the literal or comment that begins at `at`, or `at` itself where none does."""
    if text.startswith("//", at):
        end = text.find("\n", at)
        return len(text) if end < 0 else end
    if text.startswith("/*", at):
        return text.index("*/", at) + 2
    if text[at] == '"' or (text[at] == "'" and not (at and text[at - 1].isalnum())):
        end = at + 1
        while text[end] != text[at]:
            end += 2 if text[end] == "\\" else 1
        return end + 1
    return at


def closing(text: str, at: int) -> int:
    """Where the bracket at `at` is closed."""
    depth = 0
    while True:
        behind = skip_quoted(text, at)
        if behind != at:
            at = behind
            continue
        depth += (text[at] in "({[") - (text[at] in ")}]")
        if depth == 0:
            return at
        at += 1


def end_of_declaration(text: str, at: int) -> tuple[int, int]:
    """Behind the declaration that begins at `at`, and where its function's body begins or -1."""
    begin = at
    while at < len(text):
        behind = skip_quoted(text, at)
        if behind != at:
            at = behind
        elif text[at] == ";":
            return at + 1, -1
        elif text[at] in "([":
            at = closing(text, at) + 1
        elif text[at] == "{":
            head, end = text[begin:at], closing(text, at) + 1
            follows = text[end:].lstrip()[:1]
            is_scope = SCOPE.fullmatch(head.strip()) is not None
            if is_scope or (
                follows not in (";", ",", "{") and not TYPE.match(without_template(head)) and not is_initialised(head)
            ):
                return end, at
            at = end
        else:
            at += 1
    return at, -1


def is_initialised(head: str) -> bool:
    return "=" in re.sub(r"operator\s*\S+", "", without_template(head)).split("(")[0]


def without_template(code: str) -> str:
    code = ATTRIBUTE.sub("", code).strip()
    while code.startswith("template"):
        depth, at = 0, code.index("<")
        while True:
            depth += (code[at] == "<") - (code[at] == ">")
            at += 1
            if depth == 0:
                break
        code = ATTRIBUTE.sub("", code[at:]).strip()
        code = re.sub(r"^requires[^\n]*\n\s*", "", code)
    return code


SPECIFIERS = re.compile(r"(?:(?:extern|static|inline|constexpr|constinit|virtual|explicit|__thread)\s+)+")
ENUM = re.compile(rf"(?:typedef\s+)?enum(?:\s+class)?\s*({IDENTIFIER})?[^{{]*\{{(.*)\}}\s*({IDENTIFIER})?", re.DOTALL)
# How a declaration of another kind gives its name; the first that fits.
NAMES = [
    re.compile(rf"#define ({IDENTIFIER})"),
    re.compile(rf"[^;{{(]*\(\*({IDENTIFIER})\)"),  # a pointer to a function
    re.compile(rf"(?:using|concept)\s+({IDENTIFIER})\s*="),
    re.compile(rf"typedef\b.*?({IDENTIFIER})\s*;\s*$", re.DOTALL),
    re.compile(rf"(?:class|struct|union)\s+((?:\w+::)*{IDENTIFIER})"),
    re.compile(r"[^(={]*?(operator\s*(?:\(\)|[^\s(]+)|~?\w+)\s*\("),
    re.compile(rf".*?({IDENTIFIER})\s*(?:\[[^]]*\])*\s*(?:=|\{{|;)", re.DOTALL),
]


def names_in(code: str) -> list[str]:
    """What a declaration gives a name to, enumerators among them."""
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", code, flags=re.DOTALL)
    code = code if code.startswith("#") else SPECIFIERS.sub("", without_template(code), count=1)
    if enum := ENUM.match(code):
        enumerators = re.findall(rf"(?:^|,)\s*({IDENTIFIER})", re.sub(r"=[^,]*", "", enum[2]))
        return [name for name in (enum[1], enum[3]) if name] + enumerators
    found = next((match for way in NAMES if (match := way.match(code))), None)
    return [found[1]] if found else []


def prototype(code: str) -> str:
    """A function's declaration without its body and what comes before that."""
    depth, at = 0, 0
    while at < len(code):
        depth += (code[at] in "([") - (code[at] in ")]")
        if depth == 0 and code[at] == ":" and code[at - 1] == " " and code[at + 1] == " " and ")" in code[:at]:
            code = code[:at]
        at += 1
    return code.rstrip() + ";"


def directive(text: str, at: int) -> int:
    end = text.find("\n", at)
    while end >= 0 and text[end - 1] == "\\":
        end = text.find("\n", end + 1)
    return len(text) if end < 0 else end


def is_public_macro(code: str) -> bool:
    name = re.match(rf"#define ({IDENTIFIER})", code)
    return bool(name) and not re.search(r"_$|_HP{0,2}$|_(?:EMIT|NUMBERED)$", name[1])


def macro(code: str) -> str:
    """A macro with parameters by its head alone; of the others the value is what matters."""
    head = re.match(rf"#define {IDENTIFIER}\([^)]*\)", code)
    return head[0] if head else re.sub(r"\s*/\*.*", "", code)


def expanded(text: str) -> str:
    """With the macros that a header defines for itself, with RTFFI_, put in where they stand on a line of their own."""
    macros = {}

    def keep(found: re.Match) -> str:
        macros[found[1]] = ([name.strip() for name in found[2].split(",")], found[3].replace("\\\n", "\n"))
        return ""

    text = re.sub(r"^#define (RTFFI_\w+)\(([^)]*)\)((?:[^\n]*\\\n)*[^\n]*\n)", keep, text, flags=re.MULTILINE)

    def put_in(found: re.Match) -> str:
        if found[1] not in macros:
            return found[0]
        names, body = macros[found[1]]
        for name, value in zip(names, found[2].split(","), strict=False):
            body = re.sub(rf"\b{re.escape(name)}\b", value.strip(), body)
        return "\n".join(line.rstrip() for line in body.strip().splitlines())

    return re.sub(r"^[ \t]*(RTFFI_\w+)\(([^()]*)\)$", put_in, text, flags=re.MULTILINE)


def read(text: str, visible: bool = True) -> list:
    """Declarations and the titles (str) of sections, in their order. `visible`: whether what comes first in a class is public."""
    out: list = []
    at, comment, shown, joins = 0, "", visible, False
    while at < len(text):
        if text[at].isspace():
            if text.startswith("\n\n", at):
                comment, joins = "", False
            at += 1
            continue
        if section := SECTION.match(text, at):
            out.append(section[1])
            at, comment = section.end(), ""
            continue
        if text.startswith(("//", "/*"), at):
            end = skip_quoted(text, at)
            comment = (comment + "\n" if comment else "") + text[at:end].strip()
            at = end
            continue
        if label := LABEL.match(text, at):
            shown, at, comment = label[1] == "public", label.end(), ""
            continue
        if text[at] == "#":
            end = directive(text, at)
            code = text[at:end]
            if code.startswith("#define") and is_public_macro(code):
                note = re.search(r"/\*(.*?)\*/", code.splitlines()[0])
                out.append(Declaration(prose(comment) or (note[1].strip() if note else ""), macro(code), names_in(code), joins))
                joins = True
            at, comment = end, comment if code.startswith("#if") else ""
            continue
        end, body = end_of_declaration(text, at)
        code = text[at : body if body >= 0 else end].strip()
        scope = SCOPE.fullmatch(code) if body >= 0 else None
        if scope and not re.search(r"\bdetail\b", scope[1] or ""):
            out += read(text[body + 1 : end - 1])
        elif shown and not scope:
            add(out, prose(comment), prototype(code) if body >= 0 else code, joins)
        at, comment, joins = end, "", True
        # The remark behind a declaration, on its line, belongs to it.
        if remark := re.match(r"[ \t]*(/\*.*?\*/|//[^\n]*)", text[at:]):
            if out and isinstance(out[-1], Declaration) and not scope:
                out[-1].code += "  " + remark[1]
            at += remark.end()
    return out


def add(out: list, comment: str, code: str, joins: bool) -> None:
    plain = without_template(code)
    is_type = re.match(r"(class|struct)\b[^;]*?\{", plain, re.DOTALL) if "(" in plain else None
    if re.match(r"(?:friend|static_assert|RT_STATIC_ASSERT|using namespace|RT_DECLARE_CLASS|RT_DEFINE_)", plain):
        return
    if re.match(r"(?:class|struct)\s+[\w:]+;$|typedef struct (\w+) \1;$", plain) and not comment:
        return
    if re.search(r"\) = delete;$", code) or re.match(
        r"[\w:]+\([^)]*&&?[^)]*\)(?: noexcept)? = default;$|~\w+\(\) = default;$", plain
    ):
        return
    if code.startswith("template <>") or re.match(r"struct (?:Argument|Result)\b|[^(<]*\b\w+::(?:operator|\w+\()", plain):
        return  # a specialisation, or a member's definition
    declaration = Declaration(comment, ATTRIBUTE.sub("", code), names_in(code), joins)
    if is_type:
        begin = code.index("{", code.index(is_type[0].split("{")[0].strip()[:6]))
        declaration.code = ATTRIBUTE.sub("", code[:begin]).rstrip()
        declaration.members = [
            m for m in read(code[begin + 1 : closing(code, begin)], is_type[1] == "struct") if isinstance(m, Declaration)
        ]
    if declaration.names:
        out.append(declaration)
