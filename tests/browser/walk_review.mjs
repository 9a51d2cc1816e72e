// SPDX-License-Identifier: Apache-2.0
// The reviewer: the queue by keys, one request after the other, the list that
// is signed; the second reviewer; what is given back, and what its requester
// reads.
async function open_first(at) {
	await at.open('/queue');
	if (at.script) {
		await at.page.keyboard.press('j');
		await at.page.keyboard.press('j');
		at.check('j goes down', await at.page.locator('.console-current').count() === 1);
		await at.page.keyboard.press('k');
		await at.moves(() => at.page.keyboard.press('Enter'));
	} else {
		await at.press('[data-rows] tbody a');
	}
	at.check('Enter or the link opens a request', /\/review\/1\/\d+$/.test(at.page.url()), at.page.url());
}

// Decides by key, or by the button where there is no script.
async function decide(at, key, value) {
	if (at.script)
		await at.moves(() => at.page.keyboard.press(key));
	else
		await at.press(`button[name="do"][value="${value}"]`);
}

const is_first_look = (at) => at.page.locator('button[value="clear"]').count();

async function approve_some(at) {
	await open_first(at);
	await at.look('a request');
	at.check('the record is shown in grades', await at.has('How far the nearest record agrees'));
	const before = await at.page.locator('h1').innerText();
	let decided = 0;
	for (let i = 0; i < 12 && decided < 2; i++) {
		if (await is_first_look(at)) {
			await decide(at, 's', 'skip');
		} else {
			await decide(at, 'a', 'approve');
			decided++;
		}
	}
	at.check('on to the next one', await at.page.locator('h1').innerText() !== before);
	at.check('what is decided goes along', await at.has('2 decided and not signed yet'), await at.text());
	await at.page.fill('#ground', 'the birth date is another\'s');
	await at.press('button[value="list"]');
	await at.look('the list');
	await at.press('.console-form button');
	await at.sign();
	at.check('it is signed', await at.has('Your decisions are signed'), await at.text());
}

export default [
	{
		who: 'reviewer-1',
		name: 'approves by list',
		async walk(at) {
			await at.open('/');
			await approve_some(at);
		},
	},
	{
		who: 'reviewer-2',
		name: 'looks at a batch, and decides one of its sample',
		async walk(at) {
			await at.open('/review/1');
			await at.open('/review/1/sample');
			const open = at.page.locator('tr', { hasText: 'not yet' }).locator('a').first();
			await at.moves(() => open.click());
			await at.look('one of the sample');
			await at.press('button[value="right"]');
			await at.sign();
			await at.open('/review/1/sample');
			at.check('it is decided', await at.page.locator('.console-yes').count() > 0);
		},
	},
	{
		who: 'reviewer-2',
		name: 'objects',
		async walk(at) {
			await at.open('/queue');
			await at.press('[data-rows] tbody a');
			if (at.script)
				await at.page.keyboard.press('o');
			else
				await at.page.click('summary[data-key="o"]');
			await at.page.fill('#words', 'the purpose is civil');
			await at.press('details .usa-button--secondary');
			at.check('it asks once more', await at.has('This cannot be taken back'));
			await at.look('asked once more');
			await at.press('.console-buttons button');
			await at.sign();
			at.check('it stands', await at.has('Your objection stands'), await at.text());
		},
	},
	{
		who: 'reviewer-1',
		name: 'gives one back',
		async walk(at) {
			if (!at.script) // there is one in the drawn world
				return;
			await open_first(at);
			for (let i = 0; i < 120 && !await is_first_look(at); i++)
				await decide(at, 's', 'skip');
			at.check('one waits for a first look', await is_first_look(at) === 1, await at.text());
			await at.look('a first look');
			at.check('nobody was looked up for it', await at.has('Nobody was looked up for it yet'));
			await decide(at, 'r', 'return');
			at.check('it asks why', await at.has('say why'), await at.text());
			await at.look('why is it given back');
			await at.page.fill('#ground', 'the officer named directs the unit');
			await at.press('button[value="return"]');
			await at.sign();
			at.check('on to the next one', /\/review\/1\/|\/queue/.test(at.page.url()), at.page.url());
		},
	},
	{
		who: 'requester',
		name: 'reads what was given back',
		async walk(at) {
			await at.open('/batches/1');
			at.check('it is told as given back', await at.has('given back'), await at.text());
		},
	},
	{
		who: 'prover',
		name: 'is refused what is not theirs',
		async walk(at) {
			await at.open('/queue', 403);
			await at.open('/review/1/1', 403);
			await at.open('/nothing-here', 404);
		},
	},
];
