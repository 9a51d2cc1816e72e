// SPDX-License-Identifier: Apache-2.0
// A person's account, and lines that are checked before they are sent.
export default [
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
