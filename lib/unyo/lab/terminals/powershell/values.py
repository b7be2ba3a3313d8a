"""PowerShell's values in Python: str, int, float, bool, None, bytes, datetime, list, and the kinds defined here."""

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, MutableMapping
from typing import Any

CUSTOM_OBJECT = "System.Management.Automation.PSCustomObject"


def fold(key: Any) -> Any:
    """The form in which a key is compared: text without case, everything else as it is."""
    return key.lower() if isinstance(key, str) else key


class Table(MutableMapping[Any, Any]):
    """A hashtable: keys in the order of insertion, compared without case."""

    __slots__ = ("_entries", "ordered")

    def __init__(self, entries: Mapping[Any, Any] | None = None, *, ordered: bool = False) -> None:
        self._entries: dict[Any, tuple[Any, Any]] = (
            {key.lower() if isinstance(key, str) else key: (key, value) for key, value in entries.items()}
            if entries
            else {}
        )
        self.ordered = ordered

    def __getitem__(self, key: Any) -> Any:
        return self._entries[fold(key)][1]

    def __setitem__(self, key: Any, value: Any) -> None:
        folded = fold(key)
        known = self._entries.get(folded)
        self._entries[folded] = (key if known is None else known[0], value)

    def __delitem__(self, key: Any) -> None:
        del self._entries[fold(key)]

    def __contains__(self, key: object) -> bool:
        return fold(key) in self._entries

    def __iter__(self) -> Iterator[Any]:
        return iter([key for key, _ in self._entries.values()])

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"Table({dict(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self._entries == other._entries

    __hash__ = None  # type: ignore[assignment]

    def get(self, key: Any, default: Any = None) -> Any:
        entry = self._entries.get(fold(key))
        return default if entry is None else entry[1]

    def items(self) -> ItemsView[Any, Any]:
        return dict(self._entries.values()).items()

    def key(self, key: Any) -> Any:
        """The key as it was first written."""
        return self._entries[fold(key)][0]

    def insert(self, index: int, key: Any, value: Any) -> None:
        """Put an entry at a place (an ordered dictionary's Insert)."""
        entries = list(self._entries.items())
        entries.insert(index, (fold(key), (key, value)))
        self._entries = dict(entries)


class Item:
    """A PSObject, a .NET or a CIM instance: properties in order, compared without case, and optional methods.

    `text` is what ToString() gives; without it a custom object shows its properties and others their type.
    `methods` maps a name to a callable that takes the arguments of the call.
    """

    __slots__ = ("methods", "properties", "text", "type_names")

    def __init__(
        self,
        type_name: str = CUSTOM_OBJECT,
        properties: Mapping[str, Any] | None = None,
        methods: Mapping[str, Callable[..., Any]] | None = None,
        text: str | None = None,
    ) -> None:
        self.type_names = [type_name]
        self.properties = Table(properties)
        self.methods = Table(methods)
        self.text = text

    @property
    def type_name(self) -> str:
        """The full name of the object's type."""
        return self.type_names[0]

    def __getitem__(self, name: str) -> Any:
        return self.properties[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.properties[name] = value

    def __contains__(self, name: object) -> bool:
        return name in self.properties

    def get(self, name: str, default: Any = None) -> Any:
        """A property's value, or `default` where there is none."""
        return self.properties.get(name, default)

    def __repr__(self) -> str:
        return f"Item({self.type_name!r}, {dict(self.properties)!r})"


class Enum(str):
    """A value of a .NET enumeration: compares as its name, casts to its number (also in ConvertTo-Json)."""

    __slots__ = ("number", "type_name")
    number: int
    type_name: str

    def __new__(cls, name: str, number: int, type_name: str = "System.Enum") -> "Enum":
        value = super().__new__(cls, name)
        value.number = number
        value.type_name = type_name
        return value


class Char(str):
    """One [char]."""

    __slots__ = ()


class Long(int):
    """An [int64] whose value would also fit an [int32]."""

    __slots__ = ()


class UInt32(int):
    """A [uint32]."""

    __slots__ = ()


class UInt64(int):
    """A [uint64]."""

    __slots__ = ()


class Byte(int):
    """A [byte]."""

    __slots__ = ()


NUMBER_TYPES: dict[type, str] = {
    Long: "System.Int64",
    UInt32: "System.UInt32",
    UInt64: "System.UInt64",
    Byte: "System.Byte",
}


class NetList(list[Any]):
    """A collection that grows: ArrayList, List[T]; `type_name` says which."""

    __slots__ = ("type_name",)

    def __init__(self, values: Iterable[Any] = (), type_name: str = "System.Collections.ArrayList") -> None:
        super().__init__(values)
        self.type_name = type_name


class Wrapped(list[Any]):
    """An array that a cmdlet put out as one object: 5.1's ConvertTo-Json shows it as {value, Count}."""

    __slots__ = ()


class Collection:
    """What a pipeline enumerates though it is no list: computed when it is asked."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError

    def __len__(self) -> int:
        return sum(1 for _ in self)


class SecureString:
    """A [securestring]: cannot be formatted, only revealed on purpose."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __repr__(self) -> str:
        return "SecureString(…)"


class NetType:
    """A type as a value: [int], [System.Text.Encoding]."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NetType) and self.name.lower() == other.name.lower()

    def __hash__(self) -> int:
        return hash(self.name.lower())

    def __repr__(self) -> str:
        return f"NetType({self.name!r})"


class ScriptBlock:
    """A piece of code as a value; `code` is its compiled form (see compiling.py)."""

    __slots__ = ("code", "home", "text")

    def __init__(self, text: str, code: Any, home: Any = None) -> None:
        self.text = text
        self.code = code
        self.home = home

    def __repr__(self) -> str:
        return f"ScriptBlock({self.text!r})"


class Nothing:
    """What an empty pipeline gives ([AutomationNull]): $null in expressions, no element in a pipeline or @()."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING = Nothing()
