"""How the simulator says no: LDAP result codes with the texts that Windows documents."""

from __future__ import annotations


class Code:
    """The LDAP result codes in use."""

    SUCCESS = 0
    OPERATIONS_ERROR = 1
    PROTOCOL_ERROR = 2
    SIZE_LIMIT = 4
    COMPARE_FALSE, COMPARE_TRUE = 5, 6
    AUTH_METHOD = 7
    STRONGER_AUTH = 8
    UNAVAILABLE_EXTENSION = 12
    NO_ATTRIBUTE = 16
    CONSTRAINT = 19
    VALUE_EXISTS = 20
    SYNTAX = 21
    NO_OBJECT = 32
    DN_SYNTAX = 34
    CREDENTIALS = 49
    RIGHTS = 50
    UNWILLING = 53
    NAMING = 64
    CLASS = 65
    NON_LEAF = 66
    ON_RDN = 67
    EXISTS = 68
    OTHER = 80


class Refusal(Exception):
    """One operation is refused; nothing of it was done."""

    def __init__(self, code: int, text: str, matched: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.matched = matched


class Unsupported(Refusal):
    """Active Directory can do this and the simulator cannot; the server remembers every one."""

    def __init__(self, what: str) -> None:
        super().__init__(Code.UNWILLING, f"SIMULATOR: unsupported {what}")
        self.what = what


def unwilling(number: str) -> Refusal:
    return Refusal(
        Code.UNWILLING, f"{number}: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0"
    )


def exists(number: str) -> Refusal:
    return Refusal(Code.EXISTS, f"{number}: UpdErr: DSID-031A11E2, problem 6005 (ENTRY_EXISTS), data 0")


def attribute(code: int, number: str, problem: str, name: str) -> Refusal:
    """An answer about one attribute's value: ``0000200B … problem 1005 (CONSTRAINT_ATT_TYPE) … Att …``."""
    return Refusal(
        code,
        f"{number}: AtrErr: DSID-03152A9A, #1:\n\t0: {number}: DSID-03152A9A, problem {problem}, data 0, Att ({name})",
    )


def constraint(number: str, name: str) -> Refusal:
    return attribute(Code.CONSTRAINT, number, "1005 (CONSTRAINT_ATT_TYPE)", name)


def no_object(nearest: str) -> Refusal:
    return Refusal(
        Code.NO_OBJECT,
        f"0000208D: NameErr: DSID-0310028C, problem 2001 (NO_OBJECT), data 0, best match of:\n\t'{nearest}'\n",
        nearest,
    )


def bad_name(text: str) -> Refusal:
    return Refusal(
        Code.DN_SYNTAX,
        "0000208F: NameErr: DSID-03100225, problem 2006 (BAD_NAME), data 8350, best match of:\n\t"
        + repr(text),
    )


def unknown_attribute() -> Refusal:
    text = "00000057: LdapErr: DSID-0C090E16, comment: Error in attribute conversion operation, data 0, v4563"
    return Refusal(Code.NO_ATTRIBUTE, text)


def no_rights() -> Refusal:
    text = "00002098: SecErr: DSID-031514A0, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0"
    return Refusal(Code.RIGHTS, text)


def no_bind() -> Refusal:
    return Refusal(
        Code.OPERATIONS_ERROR,
        "000004DC: LdapErr: DSID-0C090A4C, comment: In order to perform this operation a successful bind "
        "must be completed on the connection., data 0, v4563",
    )


def no_logon(data: str) -> Refusal:
    return Refusal(
        Code.CREDENTIALS,
        f"80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data {data}, v4563",
    )
