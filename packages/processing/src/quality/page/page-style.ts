/** How the page looks: light, dark, and on paper. Colours are always joined by a word or a sign. */
export const PAGE_STYLE = `
:root{--bg:#f6f7f9;--card:#fff;--text:#1b1f24;--dim:#596270;--line:#d9dee5;--accent:#1f5fbf;--band:#1f5fbf33;--rec:#8a94a31f;
--good:#1a7f4b;--good-bg:#e3f5ea;--fair:#8a5a00;--fair-bg:#fdf1d3;--poor:#b3261e;--poor-bg:#fde7e5;--unknown:#596270;--unknown-bg:#e9ecf0}
@media (prefers-color-scheme:dark){:root{--bg:#14171b;--card:#1c2026;--text:#e8ebef;--dim:#a3adba;--line:#363d47;--accent:#7db1ff;--band:#7db1ff3d;--rec:#a3adba1a;
--good:#6fd39c;--good-bg:#16341f;--fair:#f0c060;--fair-bg:#3a2d0e;--poor:#ff9a91;--poor-bg:#43191a;--unknown:#a3adba;--unknown-bg:#2b313a}}
@media print{:root{--bg:#fff;--card:#fff;--text:#000;--dim:#444;--line:#bbb;--accent:#1f5fbf;--band:#1f5fbf33;--rec:#8a94a31f;
--good:#1a7f4b;--good-bg:#e3f5ea;--fair:#8a5a00;--fair-bg:#fdf1d3;--poor:#b3261e;--poor-bg:#fde7e5;--unknown:#596270;--unknown-bg:#e9ecf0}
section,figure,tr{break-inside:avoid}.device{break-inside:auto}body{font-size:10pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1080px;padding:28px 20px 60px;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,"Segoe UI",Roboto,sans-serif}
h1{margin:0;font-size:28px;line-height:1.2;overflow-wrap:anywhere}h2{margin:0 0 10px;font-size:19px}h3{margin:0 0 6px;font-size:15px}
p{margin:6px 0}.dim{color:var(--dim)}.over{margin:0;text-transform:uppercase;letter-spacing:.08em;font-size:12px}
a{color:var(--accent)}section{margin-top:30px}
.card,.verdict{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:18px 20px}
.verdict{border-left:8px solid var(--unknown)}.verdict.good{border-left-color:var(--good)}.verdict.fair{border-left-color:var(--fair)}.verdict.poor{border-left-color:var(--poor)}
.quote{font-size:19px;line-height:1.45}
.badge{display:inline-flex;align-items:center;gap:6px;padding:1px 10px;border-radius:99px;font-size:13px;font-weight:600;vertical-align:middle;white-space:nowrap;color:var(--unknown);background:var(--unknown-bg)}
.badge.good{color:var(--good);background:var(--good-bg)}.badge.fair{color:var(--fair);background:var(--fair-bg)}.badge.poor{color:var(--poor);background:var(--poor-bg)}
h1 .badge{margin-left:12px}
.findings,.plain{margin:12px 0 0;padding:0;list-style:none}.findings li,.plain li{padding:3px 0}
.mark{display:inline-block;width:22px;height:22px;line-height:22px;margin-right:8px;border-radius:50%;text-align:center;font-weight:700;font-size:13px;color:var(--unknown);background:var(--unknown-bg)}
.bad .mark{color:var(--poor);background:var(--poor-bg)}.warning .mark{color:var(--fair);background:var(--fair-bg)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(290px,1fr));gap:14px}
.score{display:flex;gap:16px;align-items:center}.score p{margin:0}.parts{font-size:13px}
.dial{width:84px;flex:none}.dial-text{fill:var(--text);font-size:18px;font-weight:700}.ring{stroke:var(--line)}
.arc{stroke:var(--unknown)}.arc.good{stroke:var(--good)}.arc.fair{stroke:var(--fair)}.arc.poor{stroke:var(--poor)}
.scroll{overflow-x:auto;margin:14px 0}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{padding:6px 10px;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
thead th{color:var(--dim);font-weight:600;font-size:13px;white-space:nowrap}tbody th{font-weight:600;white-space:nowrap}
.glance td:last-child{min-width:190px}.glance td{white-space:nowrap}.glance td:last-child{white-space:normal}
.rules th{white-space:normal}
figure{margin:18px 0}figcaption{font-size:13px}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:10px 30px;align-items:start}.columns figure{margin:14px 0}
.type{font-size:14px;font-weight:400}
.plot{display:block;width:100%;height:auto;background:var(--card);border-radius:8px}
.plot text{font:12px system-ui,"Segoe UI",Roboto,sans-serif;fill:var(--dim)}.plot .name{fill:var(--text);font-size:13px}.plot .strong{fill:var(--text)}.plot .axis{font-size:12px}
.grid{stroke:var(--line);stroke-width:1}.line{fill:none;stroke:var(--accent);stroke-width:1.6}.band{fill:var(--band)}
.recording{fill:var(--rec)}.away{fill:var(--poor);opacity:.25}.outside{fill:var(--poor);stroke:var(--card)}
.break{stroke:var(--fair);stroke-width:1.5;stroke-dasharray:4 3}.bar{fill:var(--accent)}
.present{fill:var(--good);opacity:.35}.absent{fill:none;stroke:var(--poor);stroke-dasharray:4 3}.away-bar{fill:var(--poor)}.silent-bar{fill:var(--text);opacity:.75}.gap{stroke:var(--poor);stroke-width:2}.break-mark{fill:var(--fair);stroke:var(--card)}
.zone.good{fill:var(--good);opacity:.08}.zone.fair{fill:var(--fair);opacity:.1}.zone.poor{fill:var(--poor);opacity:.08}
.bound{fill:var(--unknown)}.bound.good{fill:var(--good)}.bound.fair{fill:var(--fair)}.bound.poor{fill:var(--poor)}.bound.relative{fill:none;stroke:var(--fair);stroke-width:1.5;stroke-dasharray:5 3}
.median{stroke:var(--card);stroke-width:2}.stem{stroke:var(--accent);stroke-width:2}.dot{fill:var(--accent)}
`.replaceAll("\n", "");
