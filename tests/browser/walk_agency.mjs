// SPDX-License-Identifier: Apache-2.0
// The requester: why a line was refused, mending it, checking it, sending it in
// a batch from the page, the reply, a letter about it, its receipt.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const AGREEMENT = 'AG-IRS-ICE-2025';
const sequence_of = (at) => (at.script ? '2' : '3');
const file_of = (at, name) => join(at.work, `${at.script ? 'with' : 'without'}-${name}`);

// One of the drawn world's requests, of its kind: another without script.
function drawn(at, kind) {
	const rows = readFileSync(join(at.work, 'world/truth.csv'), 'utf8').trim()
		.split('\n').slice(1).map((row) => row.split(','));
	const id = rows.filter((row) => row[4] === kind)[at.script ? 0 : 1][0];
	return { id, line: rows.findIndex((row) => row[0] === id) + 1 };
}

function certify(at, requests) {
	const manifest = `${requests}.manifest`;
	at.run('request', 'manifest', requests, '--agreement', AGREEMENT, '--sequence', sequence_of(at),
		'--certifier', 'ICE-DIR', '--name', 'ACTING DIRECTOR', '--role', 'head of agency',
		'--out', manifest);
	at.run('request', 'sign', manifest, '--key', at.key('certifier'));
	return { manifest, signature: `${manifest}.p7s` };
}

async function choose(at, requests, { manifest, signature }) {
	await at.open('/batches/new');
	await at.page.setInputFiles('#requests', requests);
	await at.page.setInputFiles('#manifest', manifest);
	await at.page.setInputFiles('#signature', signature);
}

const send = (at) => at.press('.console-form > button[type="submit"]');

// What the page says while it sends, all of it.
async function listen(at) {
	if (at.script)
		await at.page.evaluate(() => {
			globalThis.said = [];
			new MutationObserver(() => globalThis.said.push(
				document.querySelector('.console-sending p')?.textContent ?? ''))
				.observe(document.querySelector('.console-sending'),
					{ childList: true, subtree: true, characterData: true });
		});
}

// Other lines than were certified, and many: they are read to their end, and
// the page says how far.
async function send_wrong(at, signed) {
	const other = file_of(at, 'other.jsonl');
	writeFileSync(other, '{"weir:requestID":"X"}\n'.repeat(200000));
	await choose(at, other, signed);
	await listen(at);
	if (at.script) {
		await at.page.click('.console-form > button[type="submit"]');
		await at.page.waitForSelector('.usa-alert--error');
		const said = await at.page.evaluate(() => globalThis.said);
		at.check('it says how much is sent', said.some((words) => /MB of .*MB are sent/.test(words)), said);
	} else {
		await send(at);
	}
	at.check('other lines than were certified are refused, with the code',
		await at.has('The batch was refused') && await at.has('RQ-FORM'), await at.text());
	at.check('and it is the form again', await at.page.locator('#requests').count() === 1);
	await at.look('a batch refused');
}

async function mend(at) {
	const { id, line } = drawn(at, 'no-period');
	await at.open('/batches/1');
	at.check('it says what was refused, and why', await at.has('I2-B2-PERIOD') && await at.has(id), await at.text());
	await at.press(`a[aria-label="Mend it and send it again: line ${line}"]`);
	at.check('what was written stands in the form', await at.page.inputValue('#supersedes') === id);
	await at.look('mending');
	await at.press('.console-form button');
	at.check('it would be refused for what is not mended yet', await at.has('I2-B2-PERIOD'), await at.text());
	await at.page.fill('#taxablePeriods', '2022');
	await at.press('.console-form button');
	at.check('it would be accepted now',
		/Would be accepted\s+1/.test(await at.text()) && /Would be refused\s+0/.test(await at.text()), await at.text());
	await at.look('mended');
	const link = await at.page.getAttribute('a[download="request.jsonl"]', 'href');
	const mended = file_of(at, 'mended.jsonl');
	writeFileSync(mended, Buffer.from(link.split(',')[1], 'base64'));
	return { mended, id: `${id}-2` };
}

async function check_first(at, mended) {
	await at.open('/check');
	await at.page.setInputFiles('#file', mended);
	await at.press('.console-form button');
	at.check('the file is checked before it is sent', /Would be accepted\s+1/.test(await at.text()), await at.text());
}

async function send_mended(at, mended, signed) {
	await choose(at, mended, signed);
	await at.look('a batch to send');
	await send(at);
	at.check('it is in, and has its page', await at.has('The batch is in') &&
		/\/batches\/\d+\?done=sent$/.test(at.page.url()), await at.text());
	at.check('accepted', /Accepted\s+1/.test(await at.text()) && /Refused\s+0/.test(await at.text()), await at.text());
	await at.look('a batch sent');
	const batch = /\/batches\/(\d+)/.exec(at.page.url())[1];
	await choose(at, mended, signed);
	await send(at);
	at.check('the same again is no second one', await at.has('was sent before') &&
		at.page.url().includes(`/batches/${batch}?`), await at.text());
	return batch;
}

async function write_about(at, batch, id) {
	const write = (name, reason) => {
		const letter = file_of(at, name);
		at.run('request', 'withdraw', id, '--certifier', 'ICE-DIR', '--agreement', AGREEMENT,
			'--sequence', sequence_of(at), '--reason', reason, '--key', at.key('certifier'), '--out', letter);
		return letter;
	};
	const hand_in = async (letter) => {
		await at.page.setInputFiles('#letter', letter);
		await at.page.setInputFiles('#signature', `${letter}.p7s`);
		await at.press('.console-form button');
	};
	await at.open(`/batches/${batch}/letters`);
	at.check('nothing was written yet', await at.has('Nothing was written about this batch yet'));
	await hand_in(write('withdraw.json', 'the case was closed'));
	at.check('the letter is taken', await at.has('The letter is taken') && await at.has('the case was closed'), await at.text());
	at.check('and has its receipt', await at.has('"weir:receipt":"letter"'), await at.text());
	await at.look('a letter');
	await at.open(`/batches/${batch}/letters`);
	at.check('it is listed', await at.has('withdraw') && await at.page.locator('tbody th a').count() === 1, await at.text());
	await hand_in(write('again.json', 'the case was closed again'));
	at.check('what was withdrawn is not withdrawn again', await at.has('The letter was refused') && await at.has(id), await at.text());
	await at.look('a letter refused');
}

export default [
	{
		who: 'requester',
		name: 'mends a line, checks it and sends it again',
		async walk(at) {
			await at.open('/batches');
			const { mended, id } = await mend(at);
			await check_first(at, mended);
			const signed = certify(at, mended);
			await send_wrong(at, signed);
			const batch = await send_mended(at, mended, signed);
			await at.open(`/batches/${batch}/reply`);
			await write_about(at, batch, id);
		},
	},
	{
		who: 'requester',
		name: 'reads the reply',
		async walk(at) {
			await at.open('/batches/1/reply');
			at.check('it has reasons, and advice', await at.has('I2-B1-ADDRESS') && await at.has('AD-TIN'), await at.text());
			at.check('nothing of what was found', !/unresolved|withheld|in review|confirmed/i.test(await at.text()), await at.text());
			await at.open('/batches/1/packages');
		},
	},
];
