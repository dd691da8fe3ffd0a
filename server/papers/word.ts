/** A paper as a Word file. It takes the processor for about a tenth of a second, so `word-thread.ts` runs it. */
import type { FileChild } from 'docx';
import type { Body } from './body.ts';
import type { Paper, PaperQuestion } from './paper.ts';
import { wordDocument } from './word-document.ts';
import { stylesFor } from './word-styles.ts';
import { wordTables } from './word-tables.ts';
import { wordText } from './word-text.ts';

/** A list longer than this stands in three columns. */
const LONG_LIST = 15;
/** A list no longer than this is never torn between two pages. */
const KEPT_LIST = 12;

export function wordFile(paper: Paper): Promise<Buffer> {
  const text = wordText(paper.direction);
  const tables = wordTables(text, paper.direction === 'rtl');
  const { line, written } = text;
  const name = [paper.title, paper.state].filter(Boolean).join(' – ');

  const children: FileChild[] = [
    ...paper.notices.map((notice) => line('Notice', notice)),
    line('Sender', paper.sender),
    line('Title', paper.title),
    line('Sender', paper.kind),
    line('Normal', ''),
    tables.facts(paper.facts),
    ...paper.notes.flatMap(({ heading, lines }) => [
      line('Heading1', heading),
      ...lines.map((one) => line('Normal', one)),
    ]),
    ...paper.sections.flatMap((section) => [
      line('Heading1', section.heading),
      ...section.intro.map((one) => line('Normal', one)),
      ...section.questions.flatMap(question),
    ]),
    // Word wants a paragraph after a table at the end.
    line('Running', ''),
  ];

  function question({ number, label, optional, condition, hints, body }: PaperQuestion) {
    return [
      line('Heading2', [
        ...(number ? [{ text: `${number}  ` }] : []),
        { text: label },
        ...(optional ? [{ text: ` ${optional}`, style: 'Quiet' }] : []),
      ]),
      ...(condition ? [line('Condition', condition)] : []),
      ...hints.map((hint) => line('Hint', hint)),
      ...bodyOf(body),
    ];
  }

  function bodyOf(body: Body): FileChild[] {
    switch (body.kind) {
      case 'options':
        return choices(body.options);
      case 'scale':
        return [
          line(
            'Choice',
            body.steps.flatMap((step) => [
              { text: body.mark, style: 'Mark' },
              { text: ` ${step}\u2003` },
            ]),
          ),
          line('Hint', body.ends),
          ...choices(body.rest),
        ];
      case 'fields':
        return body.fields.map(({ label, unit }) =>
          line('Writing', `${label}${unit ? ` (${unit})` : ''}:`),
        );
      case 'room':
        return Array.from({ length: body.lines }, () => line('Writing', ''));
      case 'table':
        return [tables.matrix(body)];
      case 'said':
        if (body.lines.length === 0) return [line('Given', [{ text: body.none, style: 'Quiet' }])];
        return body.lines.flatMap(({ text: said, label }) =>
          written('Given', said, label, body.free),
        );
    }
  }

  function choices(options: Extract<Body, { kind: 'options' }>['options']): FileChild[] {
    const last = options.length - 1;
    const paragraphs = options.map(({ mark, label, words }, place) =>
      line(last < KEPT_LIST && place < last ? 'ChoiceKept' : 'Choice', [
        { text: mark, style: 'Mark' },
        { text: `  ${label}${words ? `: ${'\u2026'.repeat(30)}` : ''}` },
      ]),
    );
    return options.length > LONG_LIST ? [tables.columns(paragraphs, 3)] : paragraphs;
  }

  return wordDocument(
    { ...paper, title: name, subject: paper.kind },
    { styles: stylesFor(paper.language, paper.direction) },
    children,
  );
}
