"""How offices write things: words and patterns that are compared, never said to a reader."""

import re

# A cell's value as the person sees it.
TRUE, FALSE = "是", "否"
DAY, MONTH, YEAR = "{0.year}年{0.month}月{0.day}日", "{0.year}年{0.month}月", "{0.year}年"

# What people write where nothing is to be written, and for an end that is open.
NOTHING = {"", "/", "\\", "-", "--", "—", "——", "－", "／"}
OPEN_END = {"至今", "现任", "在任", "在职", "无"}
YES = {"是", "√", "✓", "✔", "☑", "对", "有", "Y", "YES", "TRUE", "1", "○", "●", "V"}
NO = {"否", "×", "✗", "✘", "☐", "□", "不是", "非", "无", "N", "NO", "FALSE", "0", "X"}

FULL_DAY = re.compile(r"(\d{4})[年./\-、](\d{1,2})[月./\-、](\d{1,2})[日号]?")
EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
WITHOUT_DAY = re.compile(r"\d{4}[年./\-]\d{1,2}月?|\d{6}|\d{4}年?")
TIME_OF_DAY = re.compile(r"[T\s]+\d{1,2}:\d{2}.*$", re.DOTALL)

# Sheets that are there for people, our own list of errors among them.
FOR_PEOPLE = re.compile("说明|错误|示例|样例|目录|选项|字典|封面")
# A note below a table.
FOOTNOTE = re.compile(
    r"(注|备注|附注|说明|填表(人|日期|单位|说明)?|填报(人|日期|单位)?|制表人?|审核人?|联系人|联系电话"
    r"|单位负责人|单位\(盖章\)|单位（盖章）)\s*[:：].*|合计|小计",
    re.DOTALL,
)

# 运行流程: what stands between the parts of a step, between steps, and before a step.
BAR = re.compile(r"\s*[｜|∣︱丨│]\s*")
ARROW = re.compile(r"\s*(?:→|➡|⇒|⟶|—+>|-+>|=+>|↓)\s*")
STEP_NUMBER = re.compile(
    r"(?:第[一二三四五六七八九十\d]+步[:：、.．]?"
    r"|[（(][一二三四五六七八九十\d]{1,3}[)）]"
    r"|[一二三四五六七八九十\d]{1,3}(?:[)）、]|[.．](?!\d))"
    r"|[①-⑳])\s*"
)
