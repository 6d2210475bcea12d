/** The whole look of a report: light and dark after the reader's system, and plain on paper. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fcfcfb, #15171b);
  --raised: light-dark(#ffffff, #1d2026);
  --ink: light-dark(#1b1f27, #e7e9ee);
  --muted: light-dark(#5c6472, #9aa3b2);
  --edge: light-dark(#e2e5ea, #31363f);
  --before: light-dark(#9aa5b8, #758097);
  --after: light-dark(#2563c9, #5b9bff);
  --other: light-dark(#b26a00, #f0b045);
  --golden: light-dark(#9a6b00, #f2c14e);
  --golden-paper: light-dark(#fff9e6, #29241a);
  --failed: light-dark(#b3261e, #ff8a80);
  --failed-paper: light-dark(#fdf1f0, #2b1d1d);
  --user-paper: light-dark(#eef1f6, #262b34);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 62rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', sans-serif; font-variant-numeric: tabular-nums;
}
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; letter-spacing: -0.01em; }
h2 { margin: 3rem 0 0.75rem; font-size: 1.25rem; border-bottom: 1px solid var(--edge); padding-bottom: 0.35rem; }
h3 { margin: 1.5rem 0 0.5rem; font-size: 1rem; }
p { margin: 0.5rem 0; max-width: 46rem; }
code { font: 0.85em/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.muted, figcaption + p { color: var(--muted); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); gap: 1rem; margin: 1.5rem 0; }
.tile { background: var(--raised); border: 1px solid var(--edge); border-radius: 10px; padding: 1rem 1.2rem; }
.tile h3 { margin: 0; font-size: 0.85rem; font-weight: 600; color: var(--muted); }
.tile .figure { font-size: 1.75rem; font-weight: 650; line-height: 1.35; white-space: nowrap; }
.tile .from { color: var(--muted); font-weight: 450; }
.tile p { margin: 0.15rem 0 0; font-size: 0.9rem; }
figure { margin: 1.25rem 0; background: var(--raised); border: 1px solid var(--edge); border-radius: 10px; padding: 1rem 1.2rem; }
figcaption { font-weight: 600; font-size: 0.95rem; }
svg { display: block; width: 100%; height: auto; margin-top: 0.75rem; }
.legend { list-style: none; display: flex; gap: 1.1rem; margin: 0.35rem 0 0; padding: 0; font-size: 0.85rem; color: var(--muted); }
.swatch { display: inline-block; width: 0.75em; height: 0.75em; border-radius: 2px; margin-right: 0.4em; }
.swatch.before { background: var(--before); } .swatch.after { background: var(--after); } .swatch.other { background: var(--other); }
.bar.before { fill: var(--before); } .bar.after { fill: var(--after); } .bar.other { fill: var(--other); }
.whisker { stroke: var(--ink); stroke-width: 1.4; fill: none; }
.grid { stroke: var(--edge); stroke-width: 1; fill: none; }
.line { fill: none; stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; }
.line.raw { stroke-width: 1; opacity: 0.35; }
.line.before { stroke: var(--before); } .line.after { stroke: var(--after); } .line.other { stroke: var(--other); }
.dot.before { fill: var(--before); } .dot.after { fill: var(--after); } .dot.other { fill: var(--other); }
svg text { font: 12px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: var(--ink); }
svg text.tick { font-size: 11px; fill: var(--muted); } svg text.value { font-size: 11.5px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)); gap: 0 1rem; }
details > summary { cursor: pointer; color: var(--muted); font-size: 0.85rem; margin-top: 0.5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.75rem 0; font-size: 0.9rem; }
caption { text-align: left; color: var(--muted); font-size: 0.85rem; padding-bottom: 0.25rem; }
th, td { padding: 0.3rem 1.4rem 0.3rem 0; text-align: right; border-bottom: 1px solid var(--edge); vertical-align: top; }
td { white-space: nowrap; } .settings td { white-space: normal; overflow-wrap: anywhere; }
th:first-child, .settings td, .settings thead th { text-align: left; }
thead th { color: var(--muted); font-weight: 550; } tbody th { font-weight: 500; }
.fork { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin-top: 1rem; }
.side { border: 1px solid var(--edge); border-top: 4px solid; border-radius: 10px; padding: 0.5rem 1rem 1rem; min-width: 0; }
.side.golden { border-top-color: var(--golden); background: var(--golden-paper); }
.side.failed { border-top-color: var(--failed); background: var(--failed-paper); }
.side h3 { margin: 0.25rem 0 0.5rem; }
.side.golden h3 { color: var(--golden); } .side.failed h3 { color: var(--failed); }
.turns { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.6rem; }
.turn { border-radius: 8px; padding: 0.5rem 0.8rem; background: var(--raised); border: 1px solid var(--edge); min-width: 0; }
.turn.user { background: var(--user-paper); margin-right: 2rem; } .turn.agent { margin-left: 2rem; }
.turn p { margin: 0.15rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.who { font-size: 0.75rem; font-weight: 650; color: var(--muted); }
.call { border-left: 3px solid var(--after); padding-left: 0.7rem; margin: 0.35rem 0; }
.call .result { display: block; color: var(--muted); } .call .result summary { margin: 0; }
.error { color: var(--failed); }
.shared { border-left: 1px dashed var(--edge); padding-left: 1rem; }
@media (max-width: 44rem) { .fork, .charts, .tiles { grid-template-columns: 1fr; } }
@media print {
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 11pt; background: none; }
  figure, .tile, .turn, tr { break-inside: avoid; } h2, h3, figcaption { break-after: avoid; }
  figure > details { display: none; }
  .bar, .swatch, .side, .turn { print-color-adjust: exact; }
}
`;
