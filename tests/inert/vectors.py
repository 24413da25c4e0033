"""Ways to smuggle a script past a filter: our own list, and bleach's own out of its source package.

At least one of ours stands for each technique of the OWASP filter-evasion sheet; what would run calls
``probe()``. Most are written to be short, so that they fit into short fields as well.
"""

from __future__ import annotations

import ast
import sys
import tarfile
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path, PurePosixPath

import pytest


@dataclass(frozen=True)
class Vector:
    """A text that must stay one, and what it tries."""

    technique: str
    text: str


def _of(technique: str, *texts: str) -> tuple[Vector, ...]:
    return tuple(Vector(technique, text) for text in texts)


# No page of ours has this number, unless one worked it out.
PRODUCT = "7919*6007"
COMPUTED = str(7919 * 6007)
_ROOMY = 200

MARKUP = (
    *_of("plain script", "<script>probe()</script>", "<script src=//x.invalid/a.js></script>"),
    *_of("no quotes, no semicolon", "<img src=x onerror=probe()>"),
    *_of("case", "<ScRiPt>probe()</sCrIpT>", "<iMg SrC=x oNeRrOr=probe()>"),
    *_of(
        "entities in an attribute",
        "<img src=x onerror=&#112;robe()>",
        "<img src=x onerror=&#112robe&#40&#41>",
        "<img src=x onerror=&#x70;robe&lpar;&rpar;>",
        "<img src=x onerror=&#0000112robe()>",
        "<a href=javascript&colon;probe()>a</a>",
    ),
    *_of("grave accents", "<img src=`x` onerror=`probe()`>", "<img src=x onerror=probe``>"),
    *_of("malformed a", '<a onmouseover="probe()">a</a>', "<a onmouseover=probe()>a</a>"),
    *_of("malformed img", '<img """><script>probe()</script>">', '<img"src=x onerror=probe()>'),
    *_of(
        "fromCharCode",
        "<img src=x onerror=eval(String.fromCharCode(112,114,111,98,101,40,41))>",
    ),
    *_of("default src, domain check", "<img src=# onmouseover=probe()>"),
    *_of("src left empty", "<img src= onerror=probe()>"),
    *_of("src left out", "<img onmouseover=probe()>", "<image src=x onerror=probe()>"),
    *_of("on error", "<img src=/ onerror=probe();>", "<audio src=x onerror=probe()>"),
    *_of(
        "decimal and hexadecimal references in an address",
        "<a href=&#106;&#97;vascript:probe()>a</a>",
        "<a href=&#0000106&#0000097vascript:probe()>a</a>",
        "<a href=&#x6a&#x61vascript:probe()>a</a>",
    ),
    *_of(
        "tab, newline and return inside a scheme",
        '<a href="jav\tascript:probe()">a</a>',
        '<a href="jav&#x09;ascript:probe()">a</a>',
        '<a href="jav&#x0A;ascript:probe()">a</a>',
        '<a href="jav&#x0D;ascript:probe()">a</a>',
        '<a href="jav\nascript:probe()">a</a>',
        "<img\n\nsrc=x\nonerror\n=\nprobe()>",
    ),
    *_of("nulls", "<scr\0ipt>probe()</scr\0ipt>", "<img src=x o\0nerror=probe()>"),
    *_of(
        "blanks and control characters before a scheme",
        '<a href=" &#14; javascript:probe()">a</a>',
        '<a href="\u00a0javascript:probe()">a</a>',
        '<a href="&#1;javascript:probe()">a</a>',
    ),
    *_of(
        "neither letter nor digit",
        "<script/x src=x>probe()</script>",
        "<img/src=x/onerror=probe()>",
        "<body onload!#$%&()*~+-_.,:;?@[/|]^`=probe()>",
        "<svg/onload=probe()>",
    ),
    *_of(
        "extraneous open brackets", "<<script>probe();//<</script>", "<<img src=x onerror=probe()"
    ),
    *_of(
        "unclosed tags", "<script>probe()", "<img src=x onerror=probe() ", "<iframe src=x <", "<b"
    ),
    *_of("protocol-relative", "<script src=//x.invalid/j>", "<a href=//x.invalid/>a</a>"),
    *_of("half an element", '<img src="javascript:probe()"', "<iframe src=//x.invalid/ <"),
    *_of("double open angle brackets", "<iframe src=javascript:probe() <<", "<<b>><script>probe()"),
    *_of(
        "escaping JavaScript escapes",
        '\\";probe();//',
        "';probe();//",
        "</script><script>probe()</script>",
        "'-probe()-'",
        "\\u0027-probe()-\\u0027",
        "\u2028probe()//",
    ),
    *_of("end of title", "</title><script>probe()</script>", "</textarea><svg/onload=probe()>"),
    *_of(
        "input", '<input type=image src="javascript:probe()">', "<input autofocus onfocus=probe()>"
    ),
    *_of("body", "<body onload=probe()>", "<body background=javascript:probe()>"),
    *_of(
        "img dynsrc, lowsrc", "<img dynsrc=javascript:probe()>", "<img lowsrc=javascript:probe()>"
    ),
    *_of("bgsound", "<bgsound src=javascript:probe()>"),
    *_of("br with an expression", '<br size="&{probe()}">'),
    *_of("link", "<link rel=stylesheet href=//x.invalid/s.css>", "<link rel=import href=data:,x>"),
    *_of(
        "style",
        "<style>@import'//x.invalid/s';</style>",
        '<style>li{list-style:url("javascript:probe()")}</style>',
        "<style><img src=x onerror=probe()></style>",
        '<p style="background:url(javascript:probe())">',
        "<style>body{-moz-binding:url(//x.invalid/x#a)}</style>",
        '<b style="xss:expr/**/ession(probe())">',
        '<b style="width:expression(probe())">',
        '<p style="position:fixed;inset:0">',
        "<style type=text/javascript>probe()</style>",
    ),
    *_of(
        "meta",
        '<meta http-equiv=refresh content="0;url=javascript:probe()">',
        '<meta http-equiv=refresh content="0;url=data:text/html,<script>probe()</script>">',
        '<meta http-equiv=refresh content="0; URL=//x.invalid/;URL=javascript:probe();">',
        '<meta http-equiv=Set-Cookie content="a=<script>probe()</script>">',
        "<meta charset=utf-7>",
    ),
    *_of(
        "iframe and frame",
        "<iframe src=javascript:probe()></iframe>",
        "<iframe srcdoc='<script>parent.probe()</script>'>",
        "<iframe src=# onmouseover=probe()></iframe>",
        "<frameset><frame src=javascript:probe()></frameset>",
    ),
    *_of("table", "<table background=javascript:probe()>", "<td background=javascript:probe()>"),
    *_of("div", '<div style="width:expression(probe())">', "<div onpointerover=probe()>a</div>"),
    *_of("conditional comment", "<!--[if gte IE 4]><script>probe()</script><![endif]-->"),
    *_of("base", "<base href=javascript:probe()//>", "<base href=//x.invalid/>"),
    *_of(
        "object",
        "<object data=javascript:probe()></object>",
        "<object type=text/html data=//x.invalid>",
    ),
    *_of(
        "embed", "<embed src=javascript:probe()>", "<embed src=data:image/svg+xml;base64,PHN2Zz4=>"
    ),
    *_of(
        "applet and param", "<applet code=x></applet>", "<param name=url value=javascript:probe()>"
    ),
    *_of(
        "xml",
        "<xml><i><b>&lt;img src=x onerror=probe()></b></i></xml>",
        "<?xml-stylesheet href=x?>",
    ),
    *_of(
        "cdata",
        "<![CDATA[<script>probe()</script>]]>",
        "<svg><![CDATA[><img src=x onerror=probe()>]]>",
    ),
    *_of(
        "server side includes",
        '<!--#exec cmd="echo x"-->',
        "<? echo('<script>probe()</script>'); ?>",
    ),
    *_of(
        "quote encapsulation",
        '"><script>probe()</script>',
        "'><script>probe()</script>",
        '" autofocus onfocus=probe() x="',
        "' autofocus onfocus=probe() x='",
        "x onmouseover=probe() y=",
        '<script a=">" src=//x.invalid/j></script>',
        "<script a=`>` src=//x.invalid/j></script>",
        '" style="display:block" x="',
        "`><script>probe()</script>",
    ),
    *_of(
        "address evasion",
        "<a href=http://66.000146.0x7.147/>a</a>",
        "<a href=//%77%77%77%2e%78>a</a>",
        '<a href="h\ntt\tp://x.invalid/">a</a>',
        "<a href=http:\\\\x.invalid>a</a>",
    ),
    *_of(
        "javascript, vbscript and data addresses",
        "javascript:probe()",
        "JaVaScRiPt:probe()",
        "vbscript:probe()",
        "data:text/html,<script>probe()</script>",
        "<a href=javascript:probe()>a</a>",
        "<a href=vbscript:probe()>a</a>",
        "<a href=data:text/html;base64,PHNjcmlwdD4=>a</a>",
        "<a href='javascript://%0aprobe()'>a</a>",
        "<a href='feed:javascript:probe()'>a</a>",
        "<form action=javascript:probe()><input type=submit>",
        "<button formaction=javascript:probe()>a</button>",
        "<a ping=//x.invalid/ href=/>a</a>",
    ),
    *_of(
        "event handlers",
        "<details open ontoggle=probe()>",
        "<video><source onerror=probe()></video>",
        "<select autofocus onfocus=probe()>",
        "<marquee onstart=probe()>",
        "<a onclick=probe()>a</a>",
        "<p oncontentvisibilityautostatechange=probe()>",
        "<p onanimationstart=probe()>",
        "<input onbeforeinput=probe()>",
        "<div popover id=a onbeforetoggle=probe()>",
        "<body onpageshow=probe() onhashchange=probe()>",
    ),
    *_of(
        "svg",
        "<svg onload=probe()>",
        "<svg><script>probe()</script></svg>",
        "<svg><script href=data:,probe() />",
        "<svg><a xlink:href=javascript:probe()><text>a</text></a></svg>",
        "<svg><animate onbegin=probe() attributeName=x dur=1s>",
        "<svg><set attributeName=href to=javascript:probe()>",
        "<svg><use href=data:image/svg+xml,x#a></svg>",
        "<svg><foreignObject><img src=x onerror=probe()></foreignObject>",
    ),
    *_of(
        "MathML",
        "<math href=javascript:probe()>a</math>",
        "<math><maction actiontype=statusline xlink:href=javascript:probe()>a",
    ),
    *_of(
        "mutation through nesting",
        '<noscript><p title="</noscript><img src=x onerror=probe()>">',
        "<math><mtext><table><mglyph><style><img src=x onerror=probe()>",
        '<svg></p><style><a id="</style><img src=1 onerror=probe()>">',
        "<table><td><form><table><img src=x onerror=probe()>",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=probe()>",
        "<template><script>probe()</script></template>",
        "<xmp><p title='</xmp><img src=x onerror=probe()>'>",
        "<noembed><img src=x onerror=probe()></noembed>",
        "<plaintext>",
        "<!--><img src=x onerror=probe()>-->",
        "<!--!><svg/onload=probe()>",
        "--!><img src=x onerror=probe()>",
        "<p><table><b><img src=x onerror=probe()></p>",
    ),
    *_of("clobbering", "<form id=x name=body><input name=action>", "<img name=currentScript>"),
    *_of(
        "allowed tag, forbidden attribute", "<p onclick=probe()>a</p>", "<b style=color:red id=x>"
    ),
    *_of(
        "polyglot",
        "jaVasCript:/*-/*`/*'/*\"/**/(/* */oNcliCk=probe() )//</stYle/</titLe/</teXtarEa/"
        "</scRipt/--!>\\x3csVg/<sVg/oNloAd=probe()//>\\x3e",
        "'\">><marquee><img src=x onerror=probe()></marquee></plaintext\\></|\\><plaintext/onmouseover=probe()>",
    ),
    *_of("template literals in a handler", "<svg onload=probe`${1}`>", "${probe()}"),
)
# What no HTML parser makes an element of; other readers would.
TEXTUAL = (
    *_of(
        "server side template", f"{{{{{PRODUCT}}}}}", f"{{%print({PRODUCT})%}}", f"${{{PRODUCT}}}"
    ),
    *_of("format string", "%(x)s%s%n", "{0.__class__}", "%c0%ae"),
    *_of("UTF-7", "+ADw-script+AD4-probe()+ADw-/script+AD4-"),
    *_of("overlong and full-width brackets", "\uff1cscript\uff1eprobe()", "%253Cscript%253E"),
    *_of("US-ASCII with the high bit", "\u00bcscript\u00beprobe()\u00bc/script\u00be"),
    *_of(
        "bidirectional and invisible characters",
        "\u202e>tpircs<\u202c",
        "\u2066<b>\u2069",
        "<\u200bscript>probe()</\u200bscript>",
        "java\u200bscript:probe()",
        "\ufeff<img src=x onerror=probe()>",
    ),
    *_of(
        "formulas in a spreadsheet",
        f"={PRODUCT}",
        "=cmd|'/C calc'!A0",
        f"+{PRODUCT}",
        f"-{PRODUCT}",
        f"@SUM({PRODUCT})",
        "\t=1+1",
        '=HYPERLINK("//x.invalid")',
        "\uff1d1+1",
    ),
)
OWN = (*MARKUP, *TEXTUAL)


def _source() -> Path:
    return Path(sys.prefix, "vectors", f"bleach-{version('bleach')}.tar.gz")


@cache
def bleachs() -> tuple[Vector, ...]:
    """The vectors of bleach's own tests: its files of inputs, and each string with a bracket in it."""
    if not _source().is_file():
        pytest.fail(f"bleach's vectors are not at {_source()}; `make setup` fetches them")
    found = []
    with tarfile.open(_source()) as package:
        for member in package:
            path = PurePosixPath(member.name)
            held = package.extractfile(member)
            if held is None or path.parts[1:2] != ("tests",):
                continue
            text = held.read().decode()
            if path.suffix == ".test":
                found += [text.split("\n--\n")[0].strip()]
            elif path.name == "test_clean.py":
                found += sorted(filter(_is_attack, _strings(ast.parse(text))))
    return tuple(Vector("bleach's own", text) for text in dict.fromkeys(found))


def _is_attack(text: str) -> bool:
    return "<" in text


def _strings(tree: ast.Module) -> set[str]:
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}


def every() -> list[str]:
    """All of them, each once."""
    return list(dict.fromkeys(vector.text for vector in (*OWN, *bleachs())))


def of_room(characters: int) -> list[str]:
    """All of them; for a field of few characters ours, which are written to be short."""
    return every() if characters >= _ROOMY else [vector.text for vector in OWN]
