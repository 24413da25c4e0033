"""Advice on 群众能看懂的一句话: it is read, and nobody is held up by it."""

from __future__ import annotations

from domain.errors import Refused

# 一句话: about as much as is taken in at one look.
LONG = 60
# What files say, and what people say; None: nothing is lost without it.
PLAINER: dict[str, str | None] = {
    "予以": None,
    "进行": None,
    "贯彻落实": "照着办",
    "统筹": "统一安排",
    "研究部署": "开会安排",
    "审议": "开会讨论",
    "审定": "最后定下来",
    "核准": "批准",
    "拨付": "发钱",
    "列支": "花在",
    "资金使用": "钱怎么花",
    "遴选": "挑选",
    "任免": "任命和免去",
    "动议": "提出",
    "处置": "处理",
    "督办": "催办",
    "督导": "检查",
    "依法依规": "按规定",
    "严格按照": "按",
    "相关规定": "按哪条规定",
    "有关部门": "哪个单位",
    "行政相对人": "来办事的人",
    "申请主体": "来申请的人",
    "责任主体": "谁负责",
    "党风廉政建设": "防腐败",
    "台账": "登记本",
    "抓手": "办法",
    "闭环": "有头有尾",
    "常态化": "经常",
    "机制": "办法",
}


def advice(plain: str) -> list[Refused]:
    """What would make a plain line plainer; each a sentence, none of them a reason to refuse it."""
    text = plain.strip()
    found = []
    if len(text) > LONG:
        found.append(
            Refused("有 %(length)s 个字，最好不超过 %(most)s 个", length=len(text), most=LONG)
        )
    found += [_plainer(word) for word in PLAINER if word in text]
    return found


def _plainer(word: str) -> Refused:
    if (plainer := PLAINER[word]) is None:
        return Refused("“%(word)s”可以不写", word=word)
    return Refused("“%(word)s”像文件里的话，可以说“%(plainer)s”", word=word, plainer=plainer)
