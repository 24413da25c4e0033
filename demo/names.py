"""Names for invented people: common surnames with given names as poems have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

SURNAMES = (
    "顾沈陆谢温程纪方苏许叶宋江秦严董薛尹卢姚贺龚万段雷侯汤孟熊白崔邱常武乔赖文庞樊兰殷施陶翁荀"
    "柏奚桑蔺骆阮晏甄佘邵祝葛"
)
GIVEN = (
    "知微 怀瑾 景行 云舟 疏桐 望舒 清和 既白 听澜 松年 鹤鸣 行简 若谷 思齐 见山 拾遗 慕川 "
    "观澜 守拙 抱朴 含章 致远 明煦 允执 归田 问渠 溯洄 采薇 静姝 令仪 书禾 语迟 念安 晚晴 "
    "青筠 霁月 素笺 简宁 若棠 微澜 舒窈 兰亭 云笺 月白 南枝 知渔 予怀 长歌 平芜 远岫 寒川 "
    "柏舟 维桢 承硕 乐山 牧野 耕石 渡之 岸芷 汀兰 空青 半夏 南星 忍冬 商陆 景天 苍术 川柏 石斛 "
    "谷雨 清晏 嘉木 修竹 临溪 枕石 听泉 望岳 踏歌 吟松 "
    "知返 识途 行远 自牧 弘毅 笃初 慎微 克勤 守恒 执中 怀素 存真 尚义 崇俭 允中"
).split()


def people(count: int, draw: Random) -> list[str]:
    """So many different names.

    Raises:
        ValueError: there are not so many.
    """
    every = [surname + given for surname in SURNAMES for given in GIVEN]
    return draw.sample(every, count)
