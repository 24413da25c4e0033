"""The forms of the workbook: which sheets there are, their columns, and what each may hold.

The template is written from this and workbooks are read by it, so the two cannot disagree. The words
are the workbook's own and are not translated: a Chinese office fills in a Chinese form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import TYPE_CHECKING, Any

from domain.disclosures import Disclosure, DisclosureEdition, Leaf
from domain.imports import cells
from domain.officials import ManagedBy, Official, Post
from domain.powers import ClashExplanation, NegativeArea, PowerItem, PowerKind, Risk, Scope
from domain.units import Unit, UnitKind

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute

    from domain.labels import Labelled

# What one cell of Excel can hold.
LONGEST = 32_767


class Kind(Enum):
    """What a column holds."""

    TEXT = auto()
    LINES = auto()
    NAME = auto()
    DAY = auto()
    FLAG = auto()
    NUMBER = auto()


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        key: how the code names it.
        header: the words above it in the template.
        aliases: other words that offices write above it.
        stored: the database column it goes to, which bounds its length.
        shared: several rows often have the same, and it stands only once.
        choices, synonyms: the members it may hold, and other words for them.
        example, hint: for the template's 说明 sheet and the notes on its headers.
    """

    key: str
    header: str
    kind: Kind = Kind.TEXT
    required: bool = False
    shared: bool = False
    aliases: tuple[str, ...] = ()
    stored: InstrumentedAttribute[Any] | None = None
    choices: type[Labelled] | None = None
    synonyms: Mapping[str, Labelled] = field(default_factory=dict)
    example: str = ""
    hint: str = ""
    width: int = 14

    @cached_property
    def limit(self) -> int:
        """The most characters it may hold."""
        length = getattr(self.stored.type, "length", None) if self.stored is not None else None
        return length or LONGEST

    @property
    def options(self) -> tuple[str, ...]:
        """What the drop-down list offers; empty when anything may be written."""
        if self.kind is Kind.FLAG:
            return ("是", "否")
        return tuple(member.label for member in self.choices or ())

    @cached_property
    def members(self) -> dict[str, Labelled]:
        """The members it may hold, by all the words for them, as `cells.key` writes them."""
        labels = {member.label: member for member in self.choices or ()}
        return {
            cells.key(word): member for word, member in (*self.synonyms.items(), *labels.items())
        }

    @cached_property
    def names(self) -> set[str]:
        """The headers it is known by, as `header_key` writes them."""
        return {header_key(name) for name in (self.header, *self.aliases)}


@dataclass(frozen=True)
class Form:
    """A kind of sheet. ``aliases`` are other words that the names of such sheets contain."""

    key: str
    title: str
    columns: tuple[Column, ...]
    aliases: tuple[str, ...] = ()
    about: str = ""

    def column(self, key: str) -> Column:
        """The column of that key."""
        return next(column for column in self.columns if column.key == key)

    @property
    def required(self) -> tuple[Column, ...]:
        """The columns no sheet can do without."""
        return tuple(column for column in self.columns if column.required)


def header_key(header: str) -> str:
    """A header without blanks, marks and width, for comparing."""
    return cells.key(header).replace("(必填)", "").replace("(选填)", "").strip("*:")


_UNIT = Column(
    "unit", "单位", required=True, shared=True, stored=Unit.name, width=22,
    aliases=("单位名称", "所在单位", "部门", "部门名称", "单位编码", "职权主体"),
    example="云岭县交通运输局", hint="写单位的编码、全称或简称",
)  # fmt: skip
_POST = Column(
    "post", "职务", required=True, shared=True, stored=Post.title, width=18,
    aliases=("职务名称", "岗位", "岗位名称", "职位", "现任职务"),
    example="党组书记、局长", hint="与“职务与干部”中的写法一致",
)  # fmt: skip

UNITS = Form(
    "units", "单位",
    aliases=("单位信息", "单位名录", "机构"),
    about="每个单位一行。已有的单位按编码对应；留空的单元格不改动原有内容。只有县纪委监委的人员可以导入。",
    columns=(
        Column("code", "单位编码", Kind.NAME, required=True, stored=Unit.code,
               aliases=("编码", "单位代码", "机构编码", "代码"),
               example="JT01", hint="固定不变，由字母和数字组成", width=12),
        Column("name", "单位名称", Kind.NAME, required=True, stored=Unit.name,
               aliases=("单位全称", "名称", "全称", "机构名称"),
               example="云岭县交通运输局", width=28),
        Column("short_name", "单位简称", Kind.NAME, stored=Unit.short_name, aliases=("简称",),
               example="交通运输局", hint="不填则与名称相同", width=16),
        Column("kind", "单位类别", required=True, choices=UnitKind,
               aliases=("类别", "单位性质", "单位类型", "性质"),
               synonyms={"县直单位": UnitKind.ORGAN, "部门": UnitKind.ORGAN, "机关": UnitKind.ORGAN,
                         "乡镇街道": UnitKind.TOWN, "乡": UnitKind.TOWN, "镇": UnitKind.TOWN,
                         "国企": UnitKind.FIRM, "国有企业": UnitKind.FIRM,
                         "事业": UnitKind.INSTITUTION},
               example="县直部门", width=12),
        Column("parent", "上级单位", stored=Unit.name,
               aliases=("上级单位编码", "主管单位", "主管部门", "上级"),
               example="", hint="写编码、全称或简称；没有则留空", width=20),
        Column("duty", "主要职责", Kind.LINES, stored=Unit.duty, aliases=("职责", "单位职责"),
               example="负责全县公路建设、养护和运输管理。", width=40),
        Column("phone", "办公电话", stored=Unit.phone, aliases=("电话", "联系电话"),
               example="0000-1234567"),
        Column("address", "办公地址", stored=Unit.address, aliases=("地址",),
               example="云岭县人民路 1 号", width=24),
        Column("is_discipline", "是否纪检监察机构", Kind.FLAG, aliases=("纪检监察机构",),
               example="否", hint="反映这类机构人员的举报由干部监督室受理", width=12),
        Column("stationed_group", "派驻纪检监察组", stored=Unit.stationed_group,
               aliases=("派驻组",), example="县纪委监委派驻第三纪检监察组", width=24),
        Column("liaison_leader", "联系领导", Kind.NAME, stored=Unit.liaison_leader,
               aliases=("联系县领导",), example="沈砚秋", width=12),
        Column("position", "排序", Kind.NUMBER, aliases=("排列顺序", "顺序"),
               example="10", hint="名录中的先后；不填则排在最后", width=8),
    ),
)  # fmt: skip

OFFICIALS = Form(
    "officials", "职务与干部",
    aliases=("干部", "职务", "任职", "领导班子", "领导干部", "人员"),
    about="一段任职一行：同一职务有前任和现任的，写几行，单位和职务可以合并单元格。"
          "职务空缺的只写单位和职务。只有县纪委监委的人员可以导入。",
    columns=(
        _UNIT,
        _POST,
        Column("is_head", "是否一把手", Kind.FLAG, aliases=("一把手", "主要负责人", "是否主要负责人"),
               example="是", width=10),
        Column("level", "职级", stored=Post.level, aliases=("级别", "职务层级"),
               example="正科级", width=10),
        Column("managed_by", "管理权限", choices=ManagedBy,
               aliases=("干部管理权限", "管理层级"), example="县管",
               hint="反映市管、省管干部的举报由上级受理", width=10),
        Column("portfolio", "分工", Kind.LINES, stored=Post.portfolio,
               aliases=("工作分工", "职责分工", "分管工作"),
               example="主持全面工作。", width=36),
        Column("name", "姓名", Kind.NAME, stored=Official.name, aliases=("干部姓名", "人员姓名"),
               example="周明远", width=10),
        Column("code", "干部编号", Kind.NAME, stored=Official.code,
               aliases=("编号", "人员编号", "干部编码", "工号"),
               example="G0012", hint="一人一号，不要用身份证号", width=12),
        Column("started_on", "任职日期", Kind.DAY,
               aliases=("任职时间", "任现职时间", "任职开始日期", "到任日期", "任职起"),
               example="2024年3月1日", hint="要写到日", width=14),
        Column("ended_on", "免职日期", Kind.DAY,
               aliases=("免职时间", "任职结束日期", "离任日期", "卸任日期", "任职止"),
               example="", hint="在任的留空", width=14),
        Column("brief", "简介", Kind.LINES, stored=Official.brief, aliases=("干部简介", "个人简介"),
               example="", hint="会公开，不要写住址、电话、身份证号", width=30),
        Column("position", "排序", Kind.NUMBER, aliases=("排列顺序", "顺序"), example="1",
               hint="单位内的先后", width=8),
    ),
)  # fmt: skip

POWERS = Form(
    "powers", "权力清单",
    aliases=("职权清单", "权力事项", "公开清单", "职权目录"),
    about="一项权力一行，单位和职务可以合并单元格。一个职务的各行合起来就是它新的一版清单，"
          "没有写的事项视为删去；与上一版完全相同的不再提交。",
    columns=(
        _UNIT,
        _POST,
        Column("name", "权力名称", required=True, stored=PowerItem.name,
               aliases=("职权", "职权名称", "权力事项", "权力事项名称", "事项名称", "职责权力"),
               example="农村公路养护资金分配", width=26),
        Column("kind", "权力类别", required=True, choices=PowerKind,
               aliases=("权力类型", "职权类别", "类别", "职权类型", "事项类别"),
               synonyms={"财务": PowerKind.FINANCE, "资金": PowerKind.FINANCE,
                         "财务管理": PowerKind.FINANCE, "人事": PowerKind.PERSONNEL,
                         "干部任免": PowerKind.PERSONNEL, "决策": PowerKind.DECISION,
                         "工程": PowerKind.PROJECT, "工程建设": PowerKind.PROJECT,
                         "采购": PowerKind.PROCUREMENT, "政府采购": PowerKind.PROCUREMENT,
                         "审批": PowerKind.APPROVAL, "行政许可": PowerKind.APPROVAL,
                         "执法": PowerKind.ENFORCEMENT, "行政执法": PowerKind.ENFORCEMENT},
               example="财务资金", width=12),
        Column("plain", "通俗说明", Kind.LINES, stored=PowerItem.plain,
               aliases=("大白话", "一句话说明", "通俗解释", "群众能看懂的一句话"),
               example="决定每年给哪些村道拨多少养护钱。", hint="群众能看懂的一句话", width=30),
        Column("source", "权力来源", Kind.LINES, stored=PowerItem.source,
               aliases=("职权依据", "实施依据", "设定依据", "权力依据", "法律依据"),
               example="《公路法》第八条；县政府授权", hint="谁任命、谁授权、依据什么", width=34),
        Column("responsibility", "权力责任", Kind.LINES, stored=PowerItem.responsibility,
               aliases=("责任", "责任事项", "廉政要求", "追责情形"),
               example="对资金分配的公平和安全负责。", width=34),
        Column("steps", "运行流程", Kind.LINES, aliases=("流程", "权力运行流程", "运行程序", "流程图"),
               example="各乡镇申报｜乡镇长｜每年 9 月｜申报清单\n党组集体研究｜党组｜15 个工作日｜会议结果",
               hint="一步一行，每行写：步骤｜责任人｜时限｜公开内容，后三样可以不写", width=46),
        Column("risk", "风险等级", required=True, choices=Risk,
               aliases=("廉政风险等级", "风险级别", "廉政风险"),
               synonyms={"高风险": Risk.HIGH, "高级": Risk.HIGH, "一级": Risk.HIGH,
                         "中风险": Risk.MIDDLE, "中级": Risk.MIDDLE, "二级": Risk.MIDDLE,
                         "低风险": Risk.LOW, "低级": Risk.LOW, "三级": Risk.LOW},
               example="高", width=10),
        Column("controls", "防控措施", Kind.LINES, stored=PowerItem.controls,
               aliases=("风险防控措施", "廉政风险防控措施", "防范措施"),
               example="末位表态；分配方案公示 7 天。", width=30),
        Column("scope", "公开范围", choices=Scope,
               synonyms={"社会": Scope.PUBLIC, "社会公开": Scope.PUBLIC, "公开": Scope.PUBLIC,
                         "单位内部": Scope.INTERNAL, "内部": Scope.INTERNAL,
                         "内部公开": Scope.INTERNAL, "党内": Scope.PARTY},
               example="向社会公开", hint="不填则为向社会公开", width=14),
        Column("timing", "公开时间", stored=PowerItem.timing, aliases=("公开时限", "公开频次"),
               example="每季度", width=12),
        Column("effective_on", "生效日期", Kind.DAY, aliases=("施行日期", "生效时间"),
               example="2026-01-01", hint="整张清单一个日期，可以合并单元格", width=14),
    ),
)  # fmt: skip

NEGATIVES = Form(
    "negatives", "负面清单",
    about="一条一行：这个职务不得直接分管或不得有的行为。本表没有写到的职务，沿用上一版的负面清单。",
    columns=(
        _UNIT,
        _POST,
        Column("area", "领域", required=True, choices=NegativeArea,
               aliases=("不得分管领域", "不直接分管", "类别", "事项类别"),
               synonyms={"人事": NegativeArea.PERSONNEL, "财务管理": NegativeArea.FINANCE,
                         "资金": NegativeArea.FINANCE, "工程": NegativeArea.TENDER,
                         "工程建设": NegativeArea.TENDER, "招标": NegativeArea.TENDER,
                         "审批": NegativeArea.APPROVAL, "采购": NegativeArea.PROCUREMENT},
               example="财务", width=12),
        Column("text", "内容", Kind.LINES, required=True,
               aliases=("负面事项", "禁止事项", "负面清单内容", "具体内容", "不得事项"),
               example="不得直接分管财务，不得“一支笔”审批。", width=60),
        Column("explanation", "抵触说明", Kind.LINES, stored=ClashExplanation.text,
               aliases=("情况说明", "抵触情况说明"), example="",
               hint="分工或权力事项与这一条相抵触时，说明原因，会公开；不填则沿用上一版仍然适用的说明",
               width=40),
    ),
)  # fmt: skip

DISCLOSURES = Form(
    "disclosures", "五公开",
    aliases=("公开事项", "事项公开", "公开内容"),
    about="一件事项一行。单位、类别、所属时期、标题都相同的，是同一件事项的新版本；内容没有变的不再提交。",
    columns=(
        _UNIT,
        Column("leaf", "公开类别", required=True, choices=Leaf,
               aliases=("类别", "公开事项类别", "事项类别", "公开种类"),
               synonyms={"职责": Leaf.DUTY, "目标": Leaf.GOAL, "重大决策": Leaf.DECISION,
                         "重大问题的决策": Leaf.DECISION, "群众利益": Leaf.PUBLIC_INTEREST,
                         "群众利益和公益事业": Leaf.PUBLIC_INTEREST,
                         "涉及群众利益和公益事业": Leaf.PUBLIC_INTEREST,
                         "重要事项处理": Leaf.HANDLING},
               example="重大问题决策", width=20),
        Column("period", "所属时期", required=True, stored=Disclosure.period,
               aliases=("时期", "期间", "所属期间", "公开时期"),
               example="2026年第三季度", width=16),
        Column("year", "年度", Kind.NUMBER, aliases=("年份",), example="",
               hint="所属时期里已写明年份的可以不填", width=8),
        Column("title", "标题", required=True, stored=DisclosureEdition.title,
               aliases=("事项", "事项名称", "公开事项", "公开标题"),
               example="农村公路养护资金分配结果", width=34),
        Column("body", "正文", Kind.LINES, required=True,
               aliases=("内容", "公开内容", "具体内容", "事项内容"),
               example="本季度共分配养护资金……", width=70),
        Column("dated_on", "成文日期", Kind.DAY, aliases=("日期", "发文日期", "形成日期"),
               example="2026年9月30日", width=14),
    ),
)  # fmt: skip

FORMS = (UNITS, OFFICIALS, POWERS, NEGATIVES, DISCLOSURES)
# Headers offices often have that say nothing to us; no word is lost about them.
IGNORED = {header_key(name) for name in ("序号", "备注", "附注", "行号", "No", "No.")}
