/** The only file that parses mail: bytes to parts. */
import type { ParsedMail, SimpleParserOptions } from 'mailparser';

/**
 * Delivery status and returned mails stay parts of their own, so that their fields and headers are not mixed with words.
 * The types do not know `ignoreEmbedded`, without which a returned mail that is marked "inline" is dissolved.
 */
const options: SimpleParserOptions & { ignoreEmbedded: boolean } = {
  keepDeliveryStatus: true,
  ignoreEmbedded: true,
  skipTextToHtml: true,
  skipTextLinks: true,
  skipImageLinks: true,
  maxHtmlLengthToParse: 300_000,
};

/** Null for bytes that are no mail, or that the parser gives up on. */
export async function parseMail(raw: Buffer): Promise<ParsedMail | null> {
  // Most servers never read a mail, and the parser is a tenth of what a server loads.
  const { simpleParser } = await import('mailparser');
  try {
    const mail = await simpleParser(raw, options);
    return mail.headerLines.some(({ key }) => /^[!-9;-~]+$/.test(key)) ? mail : null;
  } catch {
    return null;
  }
}
