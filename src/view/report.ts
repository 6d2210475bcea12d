import {
  costSection,
  exampleSection,
  roundSection,
  settingSection,
  trainingSection,
} from './course-sections.ts';
import { type Html, html, trusted } from './html.ts';
import type { ReportData } from './report-data.ts';
import { errorSection, evaluationSection, headline } from './result-sections.ts';
import { style } from './style.ts';

const section = (heading: string, show: boolean, body: () => Html): Html | undefined =>
  show ? html`<section><h2>${heading}</h2>${body()}</section>\n` : undefined;

/**
 * A report as one HTML file that needs nothing else: no script, no network. All texts in `data` may be hostile.
 *
 * @example writeFileSync('report.html', renderReport(data))
 */
export const renderReport = (data: ReportData): string => {
  const { evaluations, training, rounds, costs, requests, example, settings } = data;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<title>${data.title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<header><h1>${data.title}</h1><p class="muted">Run ${data.run}, ${data.made}</p></header>
<main>
<div class="tiles">${evaluations.map(headline)}</div>
${data.notes.map(note => html`<p>${note}</p>\n`)}
${section('Before and after, on held-out tasks', evaluations.length > 0, () => evaluationSection(evaluations))}
${section(
  'What went wrong',
  evaluations.some(({ errors }) => errors),
  () => errorSection(evaluations),
)}
${section('Golden path and failed sibling', example !== undefined, () => exampleSection(example!))}
${section('Rounds', rounds.length > 0, () => roundSection(rounds))}
${section('Training', training.length > 0, () => trainingSection(training))}
${section('Costs', costs.length > 0, () => costSection(costs))}
${section('Requests', requests.length > 0, () => html`<ul>${requests.map(line => html`<li>${line}</li>`)}</ul>`)}
${section('Settings', settings.length > 0, () => settingSection(settings))}
</main>
</body>
</html>
`.markup;
};
