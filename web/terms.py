"""名词解释: the terms a citizen meets here, each explained in our own plain words.

English stands in the catalogue, as for every text of the interface. Why the terms are kept in a file:
docs/decisions. `source` names the document a term comes from; where it is empty, this is how people
use the word, not a definition somebody has laid down.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.labels import N_


@dataclass(frozen=True)
class Term:
    """A word, what it means, and where that comes from.

    Attributes:
        key: its pinyin: the order of the list, and its place on a page.
        also: other words that mean the same.
    """

    key: str
    word: str
    meaning: str
    source: str = ""
    also: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Everything by which the term is recognised."""
        return (self.word, *self.also)

    @property
    def letter(self) -> str:
        """Under which it stands in the list."""
        return self.key[0].upper()


TERMS = (
    Term("banjie", N_("办结"), N_("这件事已经办完，有了结果，并按规定告诉了该知道的人。")),
    Term(
        "beian",
        N_("备案"),
        N_("把办了什么事告诉管这件事的部门，留下记录，方便以后检查；一般不需要对方批准。"),
    ),
    Term(
        "caigougonggao",
        N_("采购公告"),
        N_("告诉大家单位打算买什么、有什么要求，谁都可以来报价。"),
        "《中华人民共和国政府采购法》",
        also=("采购意向",),
    ),
    Term(
        "chubuheshi",
        N_("初步核实"),
        N_("收到反映以后，先派人去查一查有没有这回事，再决定要不要正式立案。"),
        "《中国共产党纪律检查机关监督执纪工作规则》",
        also=("初核",),
    ),
    Term(
        "chufen",
        N_("处分"),
        N_("违反纪律或者法律以后受到的处罚，从警告到开除。党内的叫党纪处分，公职上的叫政务处分。"),
        "《中华人民共和国公职人员政务处分法》",
        also=("党纪处分", "政务处分"),
    ),
    Term(
        "daezijin",
        N_("大额资金"),
        N_("数额超过本单位规定标准的钱。怎么花要开会集体定，不能一个人签字。"),
        also=("大额支出",),
    ),
    Term(
        "dangfenglianzhengyijian",
        N_("党风廉政意见"),
        N_("干部提拔、评优以前，纪检监察机关对他廉洁不廉洁提出的书面看法。"),
        also=("廉政意见",),
    ),
    Term(
        "dangwei",
        N_("党委"),
        N_("一个单位里党的领导机构。重要的事由它集体讨论决定，它的书记通常就是这个单位的一把手。"),
        also=("党组",),
    ),
    Term(
        "fangkong",
        N_("防控措施"),
        N_("针对容易出问题的地方想好的办法，例如两个人一起办、结果要公示、定期抽查。"),
    ),
    Term("fenguan", N_("分管"), N_("领导之间分工以后，由某一位负责管某一块工作。")),
    Term(
        "fumianqingdan",
        N_("负面清单"),
        N_("写明一把手哪些事不能亲自直接管，例如财务、人事、工程招标、审批和采购。"),
    ),
    Term(
        "gongkaizhaobiao",
        N_("公开招标"),
        N_("把要做的工程或要买的东西公开出来，让合条件的人都来报价，再按事先定好的办法挑选。"),
        "《中华人民共和国招标投标法》",
        also=("招标", "招投标"),
    ),
    Term(
        "gongshi",
        N_("公示"),
        N_("在作最后决定以前先贴出来、挂出来，让大家看几天；有意见可以在这几天里提。"),
    ),
    Term("hezhun", N_("核准"), N_("主管部门看过材料，认为符合规定，同意去办。")),
    Term(
        "huibi",
        N_("回避"),
        N_("办事的人和这件事有亲戚关系或者利益关系时，换别人来办。"),
        "《中华人民共和国监察法》第六十七条",
    ),
    Term(
        "jiandushixiangyugao",
        N_("监督事项预告"),
        N_("开会决定大事以前，至少提前三天告诉派驻纪检监察组，让他们能来监督。"),
        also=("事项预告",),
    ),
    Term(
        "jianjukonggao",
        N_("检举控告"),
        N_("把干部违反纪律、违法用权的事告诉有权处理的机关。可以写姓名，也可以不写。"),
        "《纪检监察机关处理检举控告工作规则》",
        also=("举报",),
    ),
    Term(
        "jijianjianchajiguan",
        N_("纪检监察机关"),
        N_("查党员违反纪律、查公职人员违法的机关，群众可以向它举报。"),
        "《中华人民共和国监察法》",
        also=("纪委监委", "纪委"),
    ),
    Term(
        "jitiyanjiu",
        N_("集体研究"),
        N_("几个人一起开会商量再决定，要有记录，不由一个人拍板。"),
        also=("集体讨论", "集体决策"),
    ),
    Term(
        "jixiaopinggu",
        N_("绩效评估"),
        N_("事先说好这笔钱要办成什么事，事后看办成了没有、花得值不值。"),
        also=("绩效目标",),
    ),
    Term("juesuan", N_("决算"), N_("一年过完或者工程做完以后，把实际花了多少钱、花在哪里算清楚。")),
    Term(
        "lian",
        N_("立案"),
        N_("查到了一定的事实，正式开始审查调查。"),
        "《中国共产党纪律检查机关监督执纪工作规则》",
    ),
    Term(
        "lianzhengdangan",
        N_("廉政档案"),
        N_("纪检监察机关给每位干部建的一本账，记着查实的结论和奖惩，不对外公开。"),
    ),
    Term(
        "lianzhengfengxiandian",
        N_("廉政风险点"),
        N_("用权的时候容易被人钻空子、容易出腐败问题的环节，分高、中、低三级。"),
        also=("廉政风险",),
    ),
    Term(
        "lingdaobanzi",
        N_("领导班子"),
        N_("一个单位的几位主要领导合在一起的称呼。大事要由他们开会一起定，不能一个人说了算。"),
        also=("班子成员",),
    ),
    Term("lvzhi", N_("履职"), N_("做自己职务该做的事。"), also=("履责",)),
    Term("minzhutuijian", N_("民主推荐"), N_("提拔干部以前，请单位里的人投票或谈话，说说谁合适。")),
    Term("moweibiaotai", N_("末位表态"), N_("开会讨论时一把手最后一个说意见，免得别人跟着他说。")),
    Term(
        "niming",
        N_("匿名"),
        N_("不写自己的姓名。不写姓名也能举报。"),
        "《纪检监察机关处理检举控告工作规则》",
    ),
    Term(
        "paizhujijianjianchazu",
        N_("派驻纪检监察组"),
        N_("县纪委监委派到各单位去的监督小组，可以列席会议、查看材料。"),
        also=("派驻组",),
    ),
    Term("piaojue", N_("票决"), N_("用投票的办法作决定，每个人一票。")),
    Term(
        "pingbiao",
        N_("评标"),
        N_("招标时请专家按事先公布的办法给各家打分，挑出最合适的一家。"),
        "《中华人民共和国招标投标法》",
    ),
    Term("quanlilaiyuan", N_("权力来源"), N_("这项权是谁给的、依据哪部法律或者哪份文件。")),
    Term(
        "quanliqingdan",
        N_("权力清单"),
        N_("把一个职务有哪些权、从哪里来、怎么用、谁负责，一项一项写出来给大家看。"),
    ),
    Term(
        "sanzhongyida",
        N_("三重一大"),
        N_("重大事项决策、重要干部任免、重要项目安排、大额资金使用。这四类事必须集体决定。"),
    ),
    Term(
        "shenchadiaocha",
        N_("审查调查"),
        N_("立案以后，把问题查清楚、把证据找齐的过程。"),
        "《中国共产党纪律检查机关监督执纪工作规则》",
    ),
    Term(
        "shenji",
        N_("审计"),
        N_("由专门的部门检查账目，看公家的钱有没有乱花。"),
        "《中华人民共和国审计法》",
    ),
    Term(
        "shenli",
        N_("审理"),
        N_("查完以后换一批人再看一遍：事实清不清、证据够不够、处理得合不合适。"),
        "《中国共产党纪律检查机关监督执纪工作规则》",
    ),
    Term(
        "shenpi",
        N_("行政审批"),
        N_("办一件事以前要先交材料，由主管部门看过、同意了才能办。"),
        also=("审批",),
    ),
    Term(
        "shiming",
        N_("实名"),
        N_("写明自己的真实姓名和联系方式。实名举报优先办理，并把受理和结果告诉本人。"),
        "《纪检监察机关处理检举控告工作规则》",
    ),
    Term(
        "shouli",
        N_("予以受理"),
        N_("收下来，开始办。从这一天起算办理的时间。"),
        "《纪检监察机关处理检举控告工作规则》",
        also=("受理",),
    ),
    Term(
        "shuzeshulian",
        N_("述责述廉"),
        N_("干部当面向大家说自己一年怎么履职、廉洁不廉洁，并听取评议。"),
        also=("述职述廉",),
    ),
    Term(
        "sizhongxingtai",
        N_("四种形态"),
        N_("按问题轻重分四种处理：谈话提醒，轻处分，重处分，涉嫌犯罪的依法追究。"),
    ),
    Term(
        "tanhuahanxun",
        N_("谈话函询"),
        N_("对反映的一般性问题，找本人谈话或者发函，请他说清楚。"),
        "《中国共产党纪律检查机关监督执纪工作规则》",
    ),
    Term(
        "wentixiansuo",
        N_("问题线索"),
        N_("反映干部可能有问题的材料或者信息，还没有查实。"),
        "《中国共产党纪律检查机关监督执纪工作规则》",
    ),
    Term(
        "wugongkai",
        N_("五公开"),
        N_(
            "各单位把工作职责、工作目标、重大决策、群众利益和重要事项、监督结果公开出来。和政府信息公开里的“五公开”不是一回事。"
        ),
    ),
    Term(
        "xinfang",
        N_("信访"),
        N_("群众用写信、上门、打电话、上网等办法反映问题、提意见。"),
        "《信访工作条例》",
    ),
    Term("xuncha", N_("巡察"), N_("县委派人到单位和村里去检查，听群众说，看有什么问题。")),
    Term("yanshou", N_("验收"), N_("工程做完或东西送到以后，检查合不合格，合格了才付款。")),
    Term(
        "yibashou",
        N_("一把手"),
        N_("一个单位的最高负责人，例如书记、局长、镇长。"),
        also=("第一责任人",),
    ),
    Term("yigangshuangze", N_("一岗双责"), N_("干部既要管好业务，也要管好这块业务里的廉洁。")),
    Term(
        "yunxingliucheng",
        N_("运行流程"),
        N_("用这项权的时候一步一步怎么走：谁办、多长时间、公开什么。"),
    ),
    Term(
        "yusuan",
        N_("预算"),
        N_("年初先算好这一年要花多少钱、花在哪里。"),
        "《中华人民共和国预算法》",
    ),
    Term(
        "yuyiliaojie",
        N_("予以了结"),
        N_("查过以后没有问题，或者不需要再追究，这件事到此为止，写明理由。"),
        "《中国共产党纪律检查机关监督执纪工作规则》",
    ),
    Term(
        "zancundaicha",
        N_("暂存待查"),
        N_("反映的问题眼下还不具备查清的条件，先存起来，有了条件再查。"),
        "《中国共产党纪律检查机关监督执纪工作规则》",
    ),
    Term(
        "zhengfucaigou",
        N_("政府采购"),
        N_("机关单位用公家的钱买东西、买服务，要按公开的办法来，不能指定商家。"),
        "《中华人民共和国政府采购法》",
    ),
    Term("zhenggai", N_("整改"), N_("查出问题以后，在规定时间里改过来，并把改的结果公开。")),
    Term("zhengxunyijian", N_("征求意见"), N_("作决定以前，先问问有关的人怎么看。")),
)
