// SPDX-License-Identifier: Apache-2.0
// Proofs are verified in the browser, by the verifier's own C, from the public
// files that the service gives out: an entry, the whole ledger, a receipt.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// What it answers: kind and words; without script there is the command instead.
async function verify(at) {
	await at.page.click('#check');
	await at.page.waitForFunction(() => /^(yes|no|none)$/.test(document.getElementById('result').className));
	return { kind: await at.page.getAttribute('#result', 'class'), text: await at.page.innerText('#result') };
}

async function by_hand(at, command) {
	at.check('without script it says how by command line',
		await at.has(command) && !await at.page.isVisible('#check'), await at.text());
}

// One bit of what the service gives out is changed on the way.
async function change(at, pattern) {
	await at.page.context().route(pattern, async (route) => {
		const answer = await route.fetch();
		const body = Buffer.from(await answer.body());
		body[body.length - 1] ^= 1;
		await route.fulfill({ response: answer, body });
	});
}

export default [
	{
		who: 'inspector',
		name: 'verifies an entry',
		async walk(at) {
			await at.open('/ledger/entries');
			await at.press('.console-table tbody a');
			await at.look('an entry');
			if (!at.script) {
				await by_hand(at, 'docs/verify-proof.sh KEY');
				return;
			}
			let told = await verify(at);
			at.check('its proof holds', told.kind === 'yes' && told.text.includes('The proof holds'), told.text);
			at.check('the verdict has the focus', await at.page.evaluate(() => document.activeElement.id === 'verdict'));
			await at.look('an entry verified');
			await change(at, '**/ledger/entries/*/bytes');
			told = await verify(at);
			at.check('a changed entry does not', told.kind === 'no' && told.text.includes('does not lead to the root'), told.text);
			await at.look('an entry that is not');
		},
	},
	{
		who: 'inspector',
		name: 'verifies the ledger',
		async walk(at) {
			await at.open('/ledger/check');
			if (!at.script) {
				await by_hand(at, 'weir-verify LEDGER --vkey KEY');
				return;
			}
			let told = await verify(at);
			at.check('all of it holds', told.kind === 'yes' && told.text.includes('All of it holds'), told.text);
			await at.look('the ledger verified');
			await at.page.fill('#key', 'no key');
			told = await verify(at);
			at.check('what is no key gets no answer', told.kind === 'none' && told.text.includes('The key is not in the form'), told.text);
			await at.page.reload();
			await change(at, '**/ledger/tile/entries/**');
			told = await verify(at);
			at.check('a changed ledger does not hold, and the file is named',
				told.kind === 'no' && told.text.includes('tile/entries/'), told.text);
			await at.look('the ledger not verified');
		},
	},
	{
		who: 'requester',
		name: 'verifies its receipt and reply',
		async walk(at) {
			await at.open('/batches/1');
			await at.press('a[href="/ledger/check"]');
			if (!at.script) {
				await by_hand(at, 'weir-verify LEDGER --vkey KEY');
				return;
			}
			await at.page.click('summary');
			await at.page.setInputFiles('#receipt', join(at.instance, 'batches/1/receipt.json'));
			await at.page.setInputFiles('#reply', join(at.instance, 'batches/1/reply.jsonl'));
			const told = await verify(at);
			const lines = readFileSync(join(at.instance, 'batches/1/reply.jsonl'), 'utf8').trim().split('\n').length;
			at.check('they are of this ledger', told.kind === 'yes' &&
				told.text.includes(`The receipt is of this ledger, for ${lines} requests.`), told.text);
			await at.look('a receipt verified');
		},
	},
];
