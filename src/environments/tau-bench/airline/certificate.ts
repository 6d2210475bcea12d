import { EpisodeAborted, refuse, writing } from '../tools/tool.ts';
import { message } from '../values/python.ts';
import { type Dict, dict, withEntry } from '../values/value.ts';
import { methodsOf } from './payments.ts';

const ids: readonly string[] = ['certificate_3221322', 'certificate_3221323', 'certificate_3221324'];

/** The id of a new certificate; undefined if the user has all that there are. */
export const unusedCertificateId = (methods: Dict): string | undefined => ids.find(id => !methods.has(id));

/** Gives the user a certificate. There are three; the original's episode dies of a fourth (specification, section 7.9). */
export const sendCertificate = writing('send_certificate', ['user_id', 'amount'], (data, userId, amount) => {
  const user = data.find('users', userId) ?? refuse('user not found');
  const methods = methodsOf(user);
  const id = unusedCertificateId(methods);
  if (!id) throw new EpisodeAborted('the user already has every certificate that send_certificate can give');
  const certificate = dict({ source: 'certificate', amount, id });
  data.put('users', userId, withEntry(user, 'payment_methods', withEntry(methods, id, certificate)));
  return message`Certificate ${id} added to user ${userId} with amount ${amount}.`;
});
