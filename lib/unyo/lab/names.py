"""Japanese names for made-up staff: common surnames and given names with their kana."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from random import Random

from unyo.ledger.intake.surnames import SURNAMES

_GIVEN = """
裕子 ユウコ|優子 ユウコ|祐子 ユウコ|陽子 ヨウコ|洋子 ヨウコ|容子 ヨウコ|恵子 ケイコ|圭子 ケイコ|景子 ケイコ|幸子 サチコ|和子 カズコ
久美子 クミコ|由美子 ユミコ|真由美 マユミ|直美 ナオミ|智子 トモコ|朋子 トモコ|知子 トモコ|典子 ノリコ|紀子 ノリコ|順子 ジュンコ
純子 ジュンコ|明美 アケミ|麻衣 マイ|舞 マイ|愛 アイ|彩 アヤ|綾 アヤ|綾子 アヤコ|美咲 ミサキ|さくら サクラ|桜 サクラ|葵 アオイ
結衣 ユイ|由衣 ユイ|千尋 チヒロ|香織 カオリ|佳織 カオリ|沙織 サオリ|恵美 エミ|絵美 エミ|理恵 リエ|里恵 リエ|真理子 マリコ
麻里子 マリコ|京子 キョウコ|今日子 キョウコ|弘美 ヒロミ|裕美 ヒロミ|文子 フミコ|節子 セツコ|悦子 エツコ|千代 チヨ|千代子 チヨコ
瞳 ヒトミ|梓 アズサ|遥 ハルカ|春香 ハルカ|楓 カエデ|凛 リン|七海 ナナミ|菜々子 ナナコ|早紀 サキ|紗希 サキ|真央 マオ|莉子 リコ
美穂 ミホ|志保 シホ|奈緒 ナオ|友美 トモミ|朝美 アサミ|亜希子 アキコ|明子 アキコ|昭子 アキコ|礼子 レイコ|玲子 レイコ|律子 リツコ
ひとみ ヒトミ|まゆみ マユミ|みどり ミドリ|ゆかり ユカリ|あゆみ アユミ|歩 アユミ|有紀 ユキ|由紀 ユキ|雪 ユキ|美雪 ミユキ|幸恵 ユキエ
健一 ケンイチ|賢一 ケンイチ|謙一 ケンイチ|健 ケン|健太 ケンタ|健太郎 ケンタロウ|太郎 タロウ|一郎 イチロウ|次郎 ジロウ|三郎 サブロウ
隆 タカシ|孝 タカシ|崇 タカシ|貴志 タカシ|浩 ヒロシ|博 ヒロシ|宏 ヒロシ|寛 ヒロシ|誠 マコト|真 マコト|学 マナブ|茂 シゲル|豊 ユタカ
裕 ユタカ|修 オサム|治 オサム|進 ススム|実 ミノル|稔 ミノル|清 キヨシ|潔 キヨシ|聡 サトシ|智 サトシ|哲 サトシ|淳 ジュン|純 ジュン
潤 ジュン|大輔 ダイスケ|大介 ダイスケ|翔 ショウ|翔太 ショウタ|翔平 ショウヘイ|拓也 タクヤ|卓也 タクヤ|達也 タツヤ|竜也 タツヤ|直樹 ナオキ
直人 ナオト|秀樹 ヒデキ|英樹 ヒデキ|和夫 カズオ|一夫 カズオ|和也 カズヤ|正 タダシ|忠 タダシ|正人 マサト|雅人 マサト|正志 マサシ
雅史 マサシ|雅彦 マサヒコ|昌彦 マサヒコ|剛 ツヨシ|毅 ツヨシ|勉 ツトム|努 ツトム|勝 マサル|優 マサル|昇 ノボル|登 ノボル|徹 トオル
亮 リョウ|涼 リョウ|遼 リョウ|亮太 リョウタ|涼太 リョウタ|悠斗 ユウト|優斗 ユウト|蓮 レン|陽斗 ハルト|大翔 ヒロト|湊 ミナト|樹 イツキ
蒼 アオイ|悠真 ユウマ|颯太 ソウタ|壮太 ソウタ|海斗 カイト|光 ヒカル|輝 ヒカル|啓介 ケイスケ|圭介 ケイスケ|慎一 シンイチ|真一 シンイチ
伸一 シンイチ|信一 シンイチ|洋一 ヨウイチ|陽一 ヨウイチ|洋平 ヨウヘイ|陽平 ヨウヘイ|洋介 ヨウスケ|俊介 シュンスケ|駿 シュン|俊 シュン
光一 コウイチ|浩一 コウイチ|幸一 コウイチ|康平 コウヘイ|公平 コウヘイ|祐介 ユウスケ|雄介 ユウスケ|裕介 ユウスケ|勇気 ユウキ|祐樹 ユウキ
友樹 トモキ|智之 トモユキ|知之 トモユキ|博之 ヒロユキ|弘之 ヒロユキ|裕之 ヒロユキ|貴之 タカユキ|孝之 タカユキ|隆之 タカユキ|敏夫 トシオ
俊夫 トシオ|義男 ヨシオ|芳雄 ヨシオ|良太 リョウタ|賢治 ケンジ|健二 ケンジ|謙二 ケンジ|克己 カツミ|勝美 カツミ|薫 カオル|馨 カオル
"""


@dataclass(frozen=True, slots=True)
class Name:
    """Family and given name with full-width katakana."""

    family: str
    given: str
    family_kana: str
    given_kana: str


GIVEN: tuple[tuple[str, str], ...] = tuple(
    (words[0], words[1]) for entry in _GIVEN.replace("\n", "|").split("|") if (words := entry.split())
)
_FAMILY = tuple((family, readings[0]) for family, readings in SURNAMES.items())
# Rank-size rule: the first surname is about ten times as frequent as the hundredth.
_WEIGHTS = tuple(1 / (rank + 10) for rank in range(len(_FAMILY)))


def draw_names(rng: Random, count: int) -> list[Name]:
    """Names by their frequency, so that namesakes happen."""
    families = rng.choices(_FAMILY, _WEIGHTS, k=count)
    givens = rng.choices(GIVEN, k=count)
    return [Name(f, g, fk, gk) for (f, fk), (g, gk) in zip(families, givens, strict=True)]


def draw_surname(rng: Random, other_than: str) -> tuple[str, str]:
    """A surname and its kana, not the given one."""
    return next(drawn for drawn in iter(lambda: rng.choice(_FAMILY), None) if drawn[0] != other_than)


def homophone(name: Name, rng: Random) -> Name:
    """Another way to write a name that sounds the same; the same name where there is none."""
    written = defaultdict(list)
    for given, kana in GIVEN:
        if given != name.given:
            written[kana].append(given)
    others = written[name.given_kana]
    return Name(name.family, rng.choice(others) if others else name.given, name.family_kana, name.given_kana)
