"""The headings that personnel offices use, and the field of a person that each one fills."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_TABLE = {
    "staff_number": "職員番号 社員番号 職員コード 社員コード 職員no 社員no 職員id 社員id 従業員番号 従業員コード "
    "staffnumber employeenumber employeeid staffno",
    "name": "氏名 職員氏名 社員名 職員名 氏名漢字 漢字氏名 名前 name fullname",
    "family_name": "姓 氏 名字 苗字 姓漢字 漢字姓 氏名姓 familyname surname lastname",
    "given_name": "名 名漢字 漢字名 氏名名 givenname firstname",
    "name_kana": "氏名カナ カナ氏名 氏名フリガナ フリガナ ふりがな 氏名かな カナ 氏名ヨミ ヨミ 読み仮名 namekana",
    "family_kana": "セイ 姓カナ カナ姓 姓フリガナ フリガナ姓 姓ヨミ せい 姓かな 氏名カナ姓 familykana",
    "given_kana": "メイ 名カナ カナ名 名フリガナ フリガナ名 名ヨミ めい 名かな 氏名カナ名 givenkana",
    "department_code": "所属コード 所属部署コード 部署コード 課コード 組織コード 配属先コード 所属課コード "
    "departmentcode",
    "department_name": "所属名 所属名称 所属 所属部署 所属部署名 部署名 部署 課名 組織名 所属課 所属課名 department "
    "departmentname",
    "parent_code": "部コード 局コード 上位所属コード 上位組織コード 親所属コード 親組織コード parentcode",
    "parent_name": "部名 部 局名 上位所属名 上位組織名 親所属名 parentname",
    "title": "役職 役職名 官職 官職名 補職名 職名 職位 title",
    "post_kind": "兼務区分 本務兼務区分 本兼区分 本務区分 主兼区分 本兼務区分 併任区分",
    "standing": "在籍区分 在職区分 在籍状態 在籍状況 在職状態 在職状況 休退職区分 standing status",
    "employment": "雇用区分 職員区分 社員区分 任用区分 雇用形態 employment",
    "order": "発令区分 異動区分 発令種別 異動種別 発令事由 異動事由 order",
    "order_date": "発令日 発令年月日 異動日 異動年月日 orderdate",
    "effective": "適用日時 適用日 適用開始日時 適用開始日 有効開始日 有効開始日時 切替日時 effective",
    "handover_until": "引継期限 引継ぎ期限 引継期間終了日 引継終了日 旧アクセス期限 旧権限期限 旧所属アクセス期限 "
    "handoveruntil",
    "family_roman": "ローマ字姓 姓ローマ字 ローマ字氏 英字姓 familyroman",
    "given_roman": "ローマ字名 名ローマ字 英字名 givenroman",
}
_PERSONAL = (
    "生年月日 性別 年齢 住所 現住所 郵便番号 電話番号 自宅電話番号 携帯電話番号 口座番号 基礎年金番号 "
    "本籍 続柄 給与"
)
_MY_NUMBER = "個人番号 マイナンバー 個人番号マイナンバー mynumber"


def normal(heading: str) -> str:
    """A heading for comparing: NFKC, without blanks, brackets and other ornaments, in lower case."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", heading)).casefold()


FIELDS: Mapping[str, tuple[str, ...]] = {field: tuple(words.split()) for field, words in _TABLE.items()}
"""Field → headings in order of preference."""

FIELD_OF: Mapping[str, str] = {normal(word): field for field, words in FIELDS.items() for word in words}
PERSONAL = frozenset(map(normal, _PERSONAL.split()))
"""Known headings that are not needed and therefore not read."""
MY_NUMBER = frozenset(map(normal, _MY_NUMBER.split()))
"""個人番号 (the tax and social security number) must not be used as a key, nor kept."""
NEEDED = ("staff_number", "department_code", "department_name")
PAIRS = (("name", "family_name", "given_name"), ("name_kana", "family_kana", "given_kana"))
"""Either the first, or the second and third together, is needed."""
