"""A thousand pieces of markup and script that must stay text wherever they are put."""

from itertools import product

PATTERNS = (
    "<script>ran(N)</script>",
    "<ScRiPt >ran(N)</sCrIpT\t>",
    "<script src=data:text/javascript,ran(N)></script>",
    "<script type=module>ran(N)</script>",
    "<scr\u0000ipt>ran(N)</scr\u0000ipt>",
    "<scr<script>ipt>ran(N)</scr</script>ipt>",
    "\uff1cscript\uff1eran(N)\uff1c/script\uff1e",
    "\u2028<script>ran(N)</script>\u2029",
    "&lt;script&gt;ran(N)&lt;/script&gt;",
    "%3Cscript%3Eran(N)%3C/script%3E",
    "<img src=x onerror=ran(N)>",
    "<img/src='x'/onerror='ran(N)'//",
    "<img src=`x`onerror=ran(N)>",
    "<svg onload=ran(N)>",
    "<svg/onload=ran(N)//",
    "<svg><script>ran(N)</script></svg>",
    "<svg><animate onbegin=ran(N) attributeName=x dur=1s></svg>",
    "<svg><a xlink:href='javascript:ran(N)'><text y=9>x</text></a></svg>",
    "<math><mtext><script>ran(N)</script></mtext></math>",
    "<iframe srcdoc='<script>ran(N)</script>'></iframe>",
    "<iframe src='javascript:ran(N)'></iframe>",
    "<object data='javascript:ran(N)'></object>",
    "<embed src='javascript:ran(N)'>",
    "<details open ontoggle=ran(N)><summary>x</summary></details>",
    "<input autofocus onfocus=ran(N)>",
    "<video><source onerror=ran(N)></video>",
    "<audio src=x onerror=ran(N)></audio>",
    "<style onload=ran(N)></style>",
    "<link rel=stylesheet href=x onerror=ran(N)>",
    "<meta http-equiv=refresh content='0;url=javascript:ran(N)'>",
    "<base href='javascript:ran(N)//'>",
    "<form action='javascript:ran(N)'><button autofocus onfocus=ran(N)>x</button></form>",
    "<a href='javascript:ran(N)' onfocus=ran(N) autofocus>x</a>",
    "<a href='jav&#x09;ascript:ran(N)'>x</a>",
    "<x tabindex=0 autofocus onfocus=ran(N) style=animation:x onanimationstart=ran(N)>x</x>",
    "<marquee onstart=ran(N)>x</marquee>",
    "<noscript><p title='</noscript><img src=x onerror=ran(N)>'></p></noscript>",
    "<template><script>ran(N)</script></template><img src=x onerror=ran(N)>",
    "{{ran(N)}}${ran(N)}<%= ran(N) %>{% print(ran(N)) %}",
    "javascript:ran(N)//",
)
"""What may run; N stands for a number of its own."""

CONTEXTS = (
    ("", ""),
    ("drone ", " drone"),
    ('">', ""),
    ("'>", ""),
    ("`>", ""),
    ('" autofocus onfocus=ran(N) x="', '"'),
    ("' autofocus onfocus=ran(N) x='", "'"),
    ("x onmouseover=ran(N) ", ""),
    ("</title>", "<title>"),
    ("</textarea>", "<textarea>"),
    ("</script>", "<script>"),
    ("</style>", "<style>"),
    ("</noscript>", "<noscript>"),
    ("</iframe>", "<iframe>"),
    ("</svg></math>", ""),
    ("</a></h2></li></ol></main>", ""),
    ("-->", "<!--"),
    ("]]>", "<![CDATA["),
    ("<mark>", "</mark>"),
    ("&quot;&gt;", ""),
    ("&#34;>", ""),
    ("%22%3E", ""),
    ('\\">', ""),
    ("*/;", "/*"),
    ("\n\n", "\n\n"),
)
"""What stands before and behind, to get out of where it is put."""

PAYLOADS = tuple(
    f"{before}{pattern}{behind}".replace("N", str(number))
    for number, ((before, behind), pattern) in enumerate(product(CONTEXTS, PATTERNS))
)
