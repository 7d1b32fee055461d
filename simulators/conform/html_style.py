"""How the HTML report looks, and the one switch that it has; fonts are the reader's own."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--bg:#f5f6f8;--card:#fff;--ink:#1b2430;--soft:#5b6675;--line:#dfe3e8;--code:#f0f2f5;
--must:#c0362c;--should:#a86400;--pass:#1d7a4c;--none:#6a6f77}
@media(prefers-color-scheme:dark){:root{--bg:#12161c;--card:#1b212a;--ink:#e6eaf0;--soft:#9aa5b3;--line:#2c343f;
--code:#11151b;--must:#f0776c;--should:#e0a84a;--pass:#4fc08d;--none:#9aa5b3}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);
font:15px/1.55 system-ui,"Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
main{max-width:980px;margin:0 auto;padding:24px 20px 64px}
html.en [lang=zh],html.zh [lang=en]{display:none}
header{background:var(--card);border:1px solid var(--line);
border-top:6px solid var(--none);border-radius:10px;padding:18px 24px}
header.pass{border-top-color:var(--pass)}header.fail{border-top-color:var(--must)}
.bar{display:flex;justify-content:space-between;align-items:center;color:var(--soft)}.brand{letter-spacing:.04em}
button{font:inherit;color:inherit;background:none;border:1px solid var(--line);
border-radius:6px;padding:4px 14px;min-height:36px;cursor:pointer}
button:hover{border-color:var(--soft)}h1{margin:6px 0 0;font-size:30px}.verdict{margin:0;font-size:20px;font-weight:600}
.pass .verdict{color:var(--pass)}.fail .verdict{color:var(--must)}.none .verdict{color:var(--none)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(120px,1fr));gap:10px;margin:18px 0 8px}
dl div{border-left:3px solid var(--line);padding-left:10px}dt{color:var(--soft);font-size:13px}
dd{margin:0;
font-size:22px;font-variant-numeric:tabular-nums}
.when,.where,.at,.more,small{color:var(--soft);font-size:13px;margin:2px 0}
h2{font-size:18px;margin:34px 0 10px}h3{font-size:16px;margin:0}
article{background:var(--card);border:1px solid var(--line);
border-left:5px solid var(--must);border-radius:8px;
padding:14px 18px;margin:0 0 14px}
article.should{border-left-color:var(--should)}
.tag{font-size:12px;font-weight:600;border:1px solid;border-radius:4px;padding:1px 7px;margin-right:6px}
.tag.must{color:var(--must)}.tag.should{color:var(--should)}
.finding{border-top:1px solid var(--line);margin-top:10px;padding-top:8px}.finding p{margin:0}
code,pre{font:13px/1.5 ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}
pre{background:var(--code);border:1px solid var(--line);
border-radius:6px;padding:10px 12px;margin:6px 0 0;overflow-x:auto;
white-space:pre-wrap;overflow-wrap:anywhere}
pre.dump{white-space:pre}
table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);border-radius:8px}
td{padding:7px 12px;border-top:1px solid var(--line);vertical-align:top}tr:first-child td{border-top:0}
td:last-child{text-align:right;white-space:nowrap;color:var(--soft)}.tick{width:34px;color:var(--pass);font-weight:700}
td.at{white-space:nowrap}.lacking{margin:10px 0;overflow-wrap:anywhere}.lacking ul{margin:4px 0;padding-left:20px}
code,td,article,h1,.verdict{overflow-wrap:anywhere}@media(max-width:600px){main{padding:12px}header,article{padding:12px}
table,tbody,tr,td{display:block}tr{border-top:1px solid var(--line);padding:6px 12px}tr:first-child{border-top:0}
td{border:0;padding:1px 0}td:last-child{text-align:left;white-space:normal}tr{padding-left:36px;position:relative}
td.tick{position:absolute;left:12px}}
@media print{button{display:none}body{background:#fff}}
"""

SCRIPT = """
const root=document.documentElement,button=document.getElementById('language');
function show(name){root.className=name;root.lang=name;button.textContent=name==='en'?'中文':'English'}
button.onclick=()=>show(root.className==='en'?'zh':'en');
show((navigator.language||'').startsWith('zh')?'zh':'en');
"""
