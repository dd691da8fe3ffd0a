/** "Will our mail be believed?": the records of the sending domain, and what is to be published. */
import { Router } from 'express';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { checkDeliverability, isDnsReached } from './deliverability.ts';
import { senderOf } from './transport.ts';

export function deliverabilityRoutes({ config, dns }: Services, desk: Desk): Router {
  const router = Router();
  router.get('/admin/deliverability', async (req, res) => {
    const account = await desk.require(req, 'mail.manage');
    const voice = desk.voice(req, account);
    const findings = await checkDeliverability(config, dns);
    await desk.send(req, res, account, {
      view: 'mail-pages/deliverability',
      title: voice.t('deliverability.title'),
      locals: {
        findings: findings.map((finding) => ({
          ...finding,
          text: voice.t(`deliverability.${finding.check}.${finding.code}`, finding.params),
        })),
        sender: senderOf(config.mailFrom),
        reached: isDnsReached(findings),
      },
    });
  });
  return router;
}
