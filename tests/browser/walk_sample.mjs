// SPDX-License-Identifier: Apache-2.0
// A reviewer decides the sample of a batch to its end, and signs all that is
// plain with one signature, which says what can be wrong at most.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

// A few lines, so that all of the sample is decided here.
function small_batch(at) {
	const sequence = String(readdirSync(join(at.instance, 'batches')).filter((name) => /^\d+$/.test(name)).length + 1);
	const folder = join(at.work, at.script ? 'few' : 'few-more');
	const requests = join(folder, 'requests.jsonl');
	at.run('synth', 'requests', '--persons', '2000', '--seed', '7', '--count', '6',
		'--requests-seed', at.script ? '11' : '12', '--out', folder,
		'--today', readFileSync(join(at.work, 'world/today'), 'utf8').trim());
	at.run('-C', at.instance, 'sandbox', 'enroll', requests);
	at.run('request', 'manifest', requests, '--agreement', 'AG-IRS-ICE-2025',
		'--sequence', sequence, '--certifier', 'ICE-DIR', '--name', 'ACTING DIRECTOR',
		'--role', 'head of agency', '--out', join(folder, 'm'));
	at.run('request', 'sign', join(folder, 'm'), '--key', at.key('certifier'));
	const said = at.run('-C', at.instance, 'batch', 'submit', requests, '--manifest', join(folder, 'm'));
	return /batch (\d+)/i.exec(said)[1];
}

async function sign_plain(at, batch) {
	await at.open(`/review/${batch}`);
	at.check('it says what can be wrong at most', await at.has('95 %'), await at.text());
	await at.press('button:has-text("Sign all that are plain")');
	at.check('and again before it is signed', await at.has('95 %') && await at.has('One signature approves'), await at.text());
	await at.look('all that are plain');
	await at.press('.console-buttons button');
	await at.sign();
	at.check('all that was plain is signed', await at.has('All that was plain is signed'), await at.text());
}

export default [
	{
		who: 'reviewer-2',
		name: 'decides a sample, and signs all that is plain',
		async walk(at) {
			const batch = small_batch(at);
			await at.open(`/review/${batch}`);
			await at.press('button:has-text("Sign all that are plain")');
			at.check('not before the sample is decided', await at.has('are still to be decided'), await at.text());
			await at.look('too early to sign together');
			await at.open(`/review/${batch}/sample`);
			await at.moves(() => at.page.locator('tbody a').first().click());
			for (let i = 0; i < 20 && await at.page.locator('button[value="right"]').count() > 0; i++) {
				await at.press('button[value="right"]');
				await at.sign();
			}
			await at.open(`/review/${batch}/sample`);
			at.check('all of it is decided', !await at.has('not yet') && await at.has('95 %'), await at.text());
			await sign_plain(at, batch);
		},
	},
];
