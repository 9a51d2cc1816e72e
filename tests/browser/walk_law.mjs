// SPDX-License-Identifier: Apache-2.0
// Counsel loads an agreement: one that is wrong, one that nobody proved, and one
// that is sound; then what was in use before.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const n_of = (at) => at.script ? 1 : 2;

// Another agreement, of which `edit` makes the text; proved, and its receipt signed.
function proves(at, edit) {
	const old = readFileSync(join(here, '../../agreements/irs-ice-2025.md'), 'utf8');
	const file = join(at.work, `agreement-${n_of(at)}.md`);
	writeFileSync(file, edit(old));
	at.run('agreement', 'prove', file, '--receipt', `${file}.receipt`, '--key', at.key('prover'));
	return file;
}

async function brings(at, files) {
	await at.page.goto(`${at.site}/agreements/load`);
	for (const [field, file] of Object.entries(files))
		await at.page.setInputFiles(`#${field}`, file);
	await at.press('button:has-text("See what it would change")');
}

async function loads_an_agreement(at) {
	const most = 80 + n_of(at);
	await at.open('/agreements/load');
	const file = proves(at, (text) => text.replace('setting officer-most 100', `setting officer-most ${most}`)
		.replace(/^rule ag\.7-volume$/m, `rule ag.7-quantity-${n_of(at)}`));
	const all = { agreement: file, receipt: `${file}.receipt`, 'receipt-signature': `${file}.receipt.p7s` };

	const broken = join(at.work, 'broken.md');
	writeFileSync(broken, readFileSync(file, 'utf8').replace(/^narrows/m, 'narrow'));
	await brings(at, { ...all, agreement: broken });
	at.check('what is wrong is told with its line', await at.has(`agreement-${n_of(at)}.md:17:1: `), await at.text());
	await at.look('an agreement with a wrong line');

	writeFileSync(broken, readFileSync(file, 'utf8').replace(`officer-most ${most}`, 'officer-most 5000'));
	await brings(at, { ...all, agreement: broken });
	at.check('what was not proved is refused', await at.has('it is the receipt of another file'), await at.text());
	at.check('and leads no further', await at.page.locator('button:has-text("Go on")').count() === 0);
	await at.look('an agreement that is refused');

	const wrong = join(at.work, 'wrong.p7s');
	spawnSync('openssl', ['cms', '-sign', '-binary', '-outform', 'DER', '-md', 'sha384', '-in', `${file}.receipt`, '-out', wrong,
		'-signer', at.key('counsel').replace(/key$/, 'crt'), '-inkey', at.key('counsel')]);
	await brings(at, { ...all, 'receipt-signature': wrong });
	at.check('nor what no prover signed', await at.has('is not one of those who may sign'), await at.text());

	await brings(at, all);
	at.check('nothing is loaded yet', await at.has('Nothing is loaded yet'), await at.text());
	at.check('what it would change is seen', await at.has(`ag.7-quantity-${n_of(at)}`) && await at.has(`officer-most = ${most}`), await at.text());
	at.check('and what is proved', await at.has('What was proved, of every request'));
	await at.look('what an agreement would change');
	await at.press('button:has-text("Go on and sign it")');
	await at.sign();
	at.check('it is in force', await at.has('The agreement is in force'), await at.text());
	await at.press('a:has-text("The one in use")');
	at.check('with its proofs', await at.has('its receipt holds for exactly these bytes') && await at.has(`officer-most ${most}`), await at.text());

	// What was in use when the walk began is put back: the walks after it go by it.
	const later = join(at.work, 'later.md');
	const receipt = join(at.work, 'receipt');
	await brings(at, { agreement: later, receipt, 'receipt-signature': `${receipt}.p7s` });
	at.check('older files are told of', await at.has('These very files are older'), await at.text());
	await at.look('an agreement that is older');
	await at.press('button:has-text("Go on and sign it")');
	await at.sign();
	at.check('it is in force again', await at.has('The agreement is in force'), await at.text());
}

export default [
	{ who: 'counsel', name: 'loads an agreement', office: true, walk: loads_an_agreement },
];
