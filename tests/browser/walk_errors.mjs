// SPDX-License-Identifier: Apache-2.0
// What is not there, not theirs, too large or not in the documented form: a page
// for who looks with a browser, a problem for who asks as a program.
const shown = [
	['/nothing-here', 404, 'There is no such thing here'],
	['/batches/999', 404, 'There is no such thing here'],
	['/api/v1/batches/999', 404, 'There is no such thing here'],
	['/api/v1/nothing', 404, 'There is no such thing here'],
	['/queue', 403, 'Not for your certificate'],
	['/batches/a%2Fb', 400, 'Refused'],
	['/office/tend', 405, 'Refused'],
];

export default [
	{
		who: 'requester',
		name: 'meets what is refused',
		async walk(at) {
			for (const [path, status, title] of shown) {
				await at.open(path, status);
				at.check(`${path} is a page that says so`,
					await at.page.locator('h1').innerText() === title &&
					await at.page.locator('a[href="/"]').count() > 0, await at.text());
				const answer = await at.page.request.get(at.site + path, { headers: { Accept: 'application/json' } });
				const problem = await answer.json();
				at.check(`${path} is a problem to a program`, answer.status() === status &&
					answer.headers()['content-type'] === 'application/problem+json' &&
					problem.status === status && problem.detail !== '', JSON.stringify(problem));
			}
		},
	},
	{
		who: 'requester',
		name: 'sends too much',
		async walk(at) {
			await at.open('/check');
			await at.page.setInputFiles('#file', { name: 'large.jsonl', mimeType: 'text/plain', buffer: Buffer.alloc(2500000, 'x') });
			await at.press('.console-form button');
			at.check('it is told on a page', await at.page.locator('h1').innerText() === 'Too large', await at.text());
			await at.look('too large');
		},
	},
];
