/** The words of mails for admins: read, change, look at, take an older version again. */
import { type Request, Router } from 'express';
import type { Services } from '../services.ts';
import { INTERFACE_LANGUAGES, voiceOf } from '../texts.ts';
import type { Desk } from '../web/desk.ts';
import { formBody, postedText } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { sendSandboxed } from '../web/sandbox.ts';
import {
  isMessageName,
  kindOf,
  MESSAGE_PREFIX,
  type TemplateText,
  templateNamed,
} from './template.ts';
import { checkTemplate } from './template-check.ts';
import { problemText, templateListPage, templatePage, versionPage } from './template-pages.ts';
import { sampleText } from './template-sample.ts';
import { restoreTemplate, saveTemplate } from './template-save.ts';

export function templateRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  const base = '/admin/templates/:template/:language';

  async function at(req: Request) {
    const account = await desk.require(req, 'mail.manage');
    const template = templateNamed(String(req.params['template']));
    const language = INTERFACE_LANGUAGES.find((known) => known === req.params['language']);
    if (!template || !language) throw new Refusal('not-found');
    const voice = desk.voice(req, account);
    const actor = { kind: 'account', id: account._id } as const;
    return {
      account,
      actor,
      template,
      language,
      voice,
      path: `/admin/templates/${template}/${language}`,
    };
  }

  const posted = (req: Request): TemplateText => ({
    subject: postedText(req.body.subject).trim(),
    body: postedText(req.body.body).trim(),
  });
  const seenIn = (req: Request): number =>
    Number(/^\d{1,6}$/.exec(String(req.body.seen))?.[0] ?? -1);

  router.get('/admin/templates', async (req, res) => {
    const account = await desk.require(req, 'mail.manage');
    const page = await templateListPage(services, desk.voice(req, account));
    await desk.send(req, res, account, page);
  });

  /** Leads to the text of a message for one occasion, which is there once it is saved. */
  router.get('/admin/templates/new', async (req, res) => {
    const account = await desk.require(req, 'mail.manage');
    const name = String(req.query['name'] ?? '')
      .trim()
      .toLowerCase();
    if (isMessageName(MESSAGE_PREFIX + name))
      return res.redirect(303, `/admin/templates/${MESSAGE_PREFIX}${name}/en`);
    const page = await templateListPage(services, desk.voice(req, account), {
      name,
      problem: 'name',
    });
    return desk.send(req, res, account, page);
  });

  router.get(base, async (req, res) => {
    const here = await at(req);
    const saved = ['yes', 'same'].find((known) => known === req.query['saved']) ?? '';
    await desk.send(req, res, here.account, await templatePage(services, here, { saved }));
  });

  router.post(base, formBody, async (req, res) => {
    const here = await at(req);
    await desk.requireForm(req, 'mail.manage');
    const typed = posted(req);
    const result = await saveTemplate(services, here, typed, seenIn(req), here.actor);
    if (result.ok)
      return res.redirect(303, `${here.path}?saved=${result.changed ? 'yes' : 'same'}`);
    const failed =
      result.reason === 'problems' ? { typed, problems: result.problems } : { typed, stale: true };
    return desk.send(req, res, here.account, await templatePage(services, here, failed));
  });

  /** Into a frame of the editor: the words as they are typed, not saved. */
  router.post(`${base}/preview`, formBody, async (req, res) => {
    const here = await at(req);
    await desk.requireForm(req, 'mail.manage');
    const typed = posted(req);
    const problems = checkTemplate(kindOf(here.template), typed);
    const lines = problems.map((one) => problemText(one, here.voice));
    const sample = await sampleText(services, typed, here.language);
    const plain = (text: string) => sendSandboxed(res, plainPage(text, here.language));
    if (lines.length > 0)
      return sendSandboxed(res.status(422), plainPage(lines.join('\n\n'), here.voice.language));
    if (!sample) return plain(here.voice.t('mailings.templates.noSample'));
    if (req.body.part === 'text') return plain(`${sample.subject}\n\n${sample.text}`);
    return sendSandboxed(res, sample.html);
  });

  async function versionAt(req: Request) {
    const here = await at(req);
    const { template, language } = here;
    const number = Number(/^\d{1,6}$/.exec(String(req.params['version']))?.[0] ?? 0);
    const version = await services.templates.find({ template, language, version: number });
    if (!version) throw new Refusal('not-found');
    return { ...here, version };
  }

  router.get(`${base}/versions/:version`, async (req, res) => {
    const { version, ...here } = await versionAt(req);
    const current = await services.templates.current(here.template, here.language);
    const sample = await sampleText(services, version, here.language);
    await desk.send(
      req,
      res,
      here.account,
      await versionPage(services, here, version, current, sample),
    );
  });

  router.get(`${base}/versions/:version/html`, async (req, res) => {
    const { version, language } = await versionAt(req);
    const sample = await sampleText(services, version, language);
    if (!sample) throw new Refusal('not-found');
    sendSandboxed(res, sample.html);
  });

  router.post(`${base}/versions/:version/restored`, formBody, async (req, res) => {
    const { version, ...here } = await versionAt(req);
    await desk.requireForm(req, 'mail.manage');
    const result = await restoreTemplate(services, version, seenIn(req), here.actor);
    if (result?.ok)
      return res.redirect(303, `${here.path}?saved=${result.changed ? 'yes' : 'same'}`);
    // An old text may name a field that is no more: it is shown with what is wrong, to be mended.
    const failed =
      result?.reason === 'problems'
        ? { typed: version, problems: result.problems }
        : { typed: version, stale: true };
    return desk.send(req, res, here.account, await templatePage(services, here, failed));
  });

  return router;
}

/** Plain text as a small page of its own, for the frame. */
const plainPage = (text: string, language: string): string => {
  const escaped = text.replace(
    /[&<>]/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign,
  );
  const { direction } = voiceOf(language);
  return `<!doctype html><html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><title>-</title></head><body style="margin:16px"><pre dir="auto" style="white-space:pre-wrap;font:15px/1.5 Consolas,Menlo,monospace">${escaped}</pre></body></html>`;
};
