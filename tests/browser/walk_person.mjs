// SPDX-License-Identifier: Apache-2.0
// A person's account and the proof that there was nothing, and lines that are
// checked before they are sent.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

async function ask(at, person, whom) {
	await at.open('/person');
	await at.page.fill('#person', person);
	await at.page.fill('#by', 'A. Clerk');
	await at.page.fill('#how', 'passport shown');
	await at.page.click(`label[for="whom-${whom}"]`);
	await at.press('.console-form button');
}

// The file that the page has for the person, as weir checks it, and the page
// itself where there is script.
async function proves(at, said) {
	const link = await at.page.getAttribute('#account-file', 'href');
	const file = join(at.work, 'account.weir');
	writeFileSync(file, Buffer.from(link.split(',')[1], 'base64'));
	const words = at.run('ledger', 'check-account', file, '--ledger', join(at.instance, 'ledger'),
		'--vkey', join(at.instance, 'ledger/ledger.vkey'));
	at.check(`the file proves it: ${said}`, words.includes(`ok     ${said}`), words);
	if (!at.script) {
		at.check('without script it says how to check it', await at.has('weir ledger check-account account.weir'));
		return;
	}
	await at.page.click('#check');
	await at.page.waitForFunction(() => /^(yes|no|none)$/.test(document.getElementById('result').className));
	const told = await at.page.innerText('#result');
	at.check('it is verified in the browser', await at.page.getAttribute('#result', 'class') === 'yes' &&
		told.includes('is true to this ledger') && told.includes(`${said[0]} disclosure`), told);
	await at.look(`verified ${said}`);
}

// Who was given out, as often as once, and somebody who was not.
function people(at) {
	const lines = at.run('-C', at.instance, 'batch', 'decisions', '1').trim().split('\n').map((line) => JSON.parse(line));
	const given = lines.filter((line) => line.answered === 'address').map((line) => line.person_id);
	const roll = readFileSync(join(at.work, 'world/roll.csv'), 'utf8').split('\n').slice(1).map((row) => row.split(',')[0]);
	return {
		once: given.find((person) => given.indexOf(person) === given.lastIndexOf(person)),
		never: roll.find((person) => person !== '' && !given.includes(person)),
	};
}

export default [
	{
		who: 'counsel',
		name: 'gives a person their account',
		told: true,
		async walk(at) {
			await ask(at, people(at).once, 'self');
			at.check('it tells what was given out', await at.has('What was given out about this person') &&
				await at.has('AG-IRS-ICE-2025'), await at.text());
			at.check('and who identified them, and how', await at.has('A. Clerk') && await at.has('passport shown'));
			await at.look('an account');
			await proves(at, '1 disclosures');
		},
	},
	{
		who: 'safeguards',
		name: 'proves that nothing was given out',
		told: true,
		async walk(at) {
			await ask(at, people(at).never, 'representative');
			at.check('it says that nothing was', await at.has('Nothing was disclosed') &&
				await at.has('somebody who acts for them'), await at.text());
			await at.look('nothing was given out');
			await proves(at, '0 disclosures');
		},
	},
	{
		who: 'counsel',
		name: 'is asked for an account',
		async walk(at) {
			await at.open('/person');
			await at.page.fill('#person', 'P00000001');
			await at.page.fill('#by', 'A. Clerk');
			await at.page.fill('#how', 'passport shown');
			await at.page.click('label[for="whom-self"]');
			await at.press('.console-form button');
			at.check('it is too early, and says so', await at.has('accounts tell of'), await at.text());
			await at.look('an account that cannot be given yet');
		},
	},
	{
		who: 'operator',
		name: 'checks lines, and mends one',
		async walk(at) {
			await at.open('/check');
			await at.page.fill('#lines', '{"weir:requestID":"N1"}\nno json <b>');
			await at.press('.console-form button');
			at.check('each has its reasons', await at.has('I2-B1-NAME') && await at.has('RQ-FORM'), await at.text());
			await at.look('what would be answered');
			await at.open('/write');
			await at.page.fill('#requestID', 'N1-2');
			await at.page.fill('#PersonGivenName', 'ANA');
			await at.page.fill('#PersonSurName', 'ROE');
			await at.press('.console-form button');
			at.check('the line is written', await at.has('"weir:requestID":"N1-2"'), await at.text());
			await at.look('a line written');
		},
	},
];
