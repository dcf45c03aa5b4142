"""What Python calls a plugin's functions and classes. `rtffi bind` follows the same rules: see tools/bind/names.hpp."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from ._annotations import python_name
from ._signature import Signature

RESERVED = frozenset({"class_name", "close", "closed", "handle", "share"})  # of Object
TYPES = frozenset({"bool", "bytes", "float", "int", "list", "str", "tuple"})


def prefix_of(plugin: str, names: Iterable[str]) -> str:
    """What all names begin with and Python leaves out: rt_NAME_ or NAME_, or else the first word that they share."""
    found = sorted(names)
    word = found[0][: found[0].find("_") + 1] if found else ""
    for prefix in (f"rt_{plugin}_", f"{plugin}_", word):
        if prefix and all(name.startswith(prefix) and name[len(prefix) : len(prefix) + 1].isalpha() for name in found):
            return prefix
    return ""


def class_name(plugin: str, full_name: str) -> str:
    """TorchTensor of the plugin torch is Tensor."""
    rest = full_name[len(plugin) :]
    return rest if full_name.lower().startswith(plugin.lower()) and rest[:1].isupper() else full_name


def method_name(class_: str, full_class: str, name: str) -> str:
    """What follows the class's name in the function's, "" where that does not begin with it."""
    words = name.split("_")
    for count in range(len(words) - 1, 0, -1):
        rest = "_".join(words[count:])
        if "".join(words[:count]) in {class_.lower(), full_class.lower()} and rest[:1].isalpha():
            return rest
    rest = "_".join(words[1:])
    shortened = len(words[0]) >= 4 and class_.lower().startswith(words[0])
    return rest if shortened and rest[:1].isalpha() else ""


def owner_of(signature: Signature) -> str:
    """The class that it may be a method of, by its first parameter; "" for none."""
    first = signature.parameters[0].type if signature.parameters else None
    return first.name if first is not None and first.kind == "handle" and not first.optional else ""


def function_name(name: str) -> str:
    """A name that is no type's, which annotations after it need."""
    return f"{name}_" if name in TYPES else python_name(name)


def attribute_name(name: str) -> str:
    return f"{name}_" if name in RESERVED else function_name(name)


def given_names(wishes: Mapping[str, str], spelled: Callable[[str], str], taken: Iterable[str] = ()) -> dict[str, str]:
    """By full name, a name that no other has: the short one that it wishes for, or the full one where several want that."""
    as_they_are = Counter(short for short in wishes.values() if spelled(short) == short)
    changed = Counter(spelled(short) for short in wishes.values() if spelled(short) != short)
    used = set(taken)
    turns: tuple[list[tuple[str, str]], ...] = ([], [], [])
    for full_name, short in wishes.items():
        name = spelled(short)
        alone = as_they_are[name] == 1 if name == short else as_they_are[name] == 0 and changed[name] == 1
        if alone and name not in used:
            turns[0].append((full_name, name))
        else:
            turns[1 if spelled(full_name) == full_name else 2].append((full_name, spelled(full_name)))
    given = {}
    for full_name, wanted in (pair for turn in turns for pair in turn):
        given[full_name], number = wanted, 2
        while given[full_name] in used:
            given[full_name], number = f"{wanted}_{number}", number + 1
        used.add(given[full_name])
    return given
