"""Whether what somebody typed reads like a report about a person.

A question is read by a unit's own editor and, once answered, by everybody. A report is neither: it
belongs into the sealed form. So the page stops once and offers that form; the person decides.
"""

from __future__ import annotations

import re

from domain.subjects.words import squeeze

# Words by which people accuse, not words of the trade: a power list itself speaks of 廉政风险,
# and its readers ask about 招标, 审批 and 补偿.
_ACCUSING = re.compile(
    "举报|检举|控告|揭发|实名反映"
    "|贪污|受贿|行贿|索贿|贿赂|收贿|回扣|好处费|吃拿卡要|中饱私囊|以权谋私|权钱交易|贪官|腐败分子"
    "|(?:收|拿|要|送|塞|给)了?(?:人家|别人|老板|他|我们?|群众)?(?:的)?(?:钱|红包|礼金|好处|现金|烟酒|购物卡)"
    "|侵吞|私吞|私分|挪用|截留|克扣|冒领|套取|骗取|虚报|小金库|公款(?:吃喝|旅游|送礼)|公车私用"
    "|围标|串标|暗箱操作|内定|走后门|任人唯亲|买官卖官|优亲厚友|打击报复|徇私|滥用职权|玩忽职守|欺压"
    "|包养|嫖娼|赌博|生活作风"
    "|违纪|违法乱纪|保护伞"
)


def reads_like_report(text: str) -> bool:
    """Whether a text uses one of the words by which people accuse somebody."""
    return _ACCUSING.search(squeeze(text)) is not None
