// SPDX-License-Identifier: Apache-2.0
// Counsel, the safeguards officer, the operator and the inspector, from an order
// of a court to what is kept of a request being destroyed.  Each walk is of one
// batch: the first with script, the second without.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { handed_over, officer, ready, waiting } from './office.mjs';

const batch_of = (at) => at.script ? 1 : 2;
const docket_of = (at) => `1:26-cv-128${batch_of(at)} (D. Mass.)`;
const day = (n) => new Date(Date.now() + n * 86400000).toISOString().slice(0, 10);
const main = '.console-form button, form button.usa-button';

// The number that stands in the address after an act.
const number_in = (at) => Number(/\/(\d+)(\/|\?|$)/.exec(new URL(at.page.url()).pathname)[1]);

async function opened_hold(at) {
	await at.page.goto(`${at.site}/holds`);
	await at.moves(() => at.page.locator('tr', { hasText: docket_of(at) }).locator('th a').click());
	return number_in(at);
}

// The sums of a page say themselves whether they tie.
async function sums_tie(at, name) {
	const text = await at.text();
	at.check(`${name}: sums tie`, /This ties\./.test(text) && !/does not tie/.test(text), text);
}

async function places_a_hold(at) {
	await at.open('/');
	await at.open('/holds');
	await at.open('/holds/new');
	const order = join(at.work, 'order.pdf');
	writeFileSync(order, '%PDF an order');
	await at.page.selectOption('#ground', 'court');
	await at.page.fill('#docket', docket_of(at));
	await at.page.setInputFiles('#order', order);
	await at.page.fill('#scope', `batch=${batch_of(at)}`);
	await at.page.fill('#effective', day(-1));
	await at.page.fill('#review', day(60));
	await at.press('button:has-text("See what it would stop")');
	at.check('nothing is placed yet', await at.has('Nothing is placed yet'), await at.text());
	at.check('what it stops stands there', await at.has('What it stops'));
	at.check('and what has left', await at.has('What has already left'));
	await sums_tie(at, 'before it is signed');
	await at.look('what a hold would do');
	await at.press('button:has-text("Go on and sign it")');
	await at.sign();
	at.check('it stands', await at.has('The hold stands'), await at.text());
	await sums_tie(at, 'of the hold that stands');
	await at.look('what a hold does');
	await opened_hold(at);
	at.check('the order is kept as its hash', /[0-9a-f]{64}/.test(await at.text()));
	await at.look('a hold');
}

async function asks_the_lift(at) {
	await opened_hold(at);
	await at.press('button:has-text("Ask for the lift")');
	await at.sign();
	at.check('it is asked, and stands', await at.has('The lift is asked'), await at.text());
}

async function lets_one_through(at) {
	const hold = await opened_hold(at);
	await at.open(`/holds/${hold}/except`);
	await at.page.fill('#docket', `${docket_of(at)}, order 2`);
	await at.page.fill('#scope', `batch=${batch_of(at)},request=${waiting(at.run, at.instance, batch_of(at))}`);
	await at.press(main);
	await at.sign();
	at.check('it is asked', await at.has('The exception is asked'), await at.text());
	await at.look('an exception asked');
}

async function grants_and_lifts(at) {
	await opened_hold(at);
	await at.press('button[value="grant"]');
	await at.sign();
	at.check('the exception is granted', await at.has('The exception is granted'), await at.text());
	await at.press('button:has-text("Lift the hold")');
	await at.sign();
	at.check('the hold is lifted', await at.has('The hold is lifted'), await at.text());
	await at.open('/holds?show=lifted');
	at.check('it is among the lifted', await at.has(docket_of(at)));
}

// ---- an objection ----

async function objects(at) {
	await at.page.goto(`${at.site}/review/${batch_of(at)}`);
	await at.press('[data-rows] tbody a');
	if (at.script)
		await at.page.keyboard.press('o');
	else
		await at.page.click('summary[data-key="o"]');
	await at.page.fill('#words', `the purpose of batch ${batch_of(at)} is civil`);
	await at.press('details .usa-button--secondary');
	await at.press('.console-buttons button');
	await at.sign();
	at.check('it stands', await at.has('Your objection stands'), await at.text());
}

async function answers_the_objection(at) {
	await at.open('/matters');
	await at.moves(() => at.page.locator('tr', { hasText: 'objection' }).locator('th a').first().click());
	await at.look('an objection');
	at.check('in the objector\'s words', await at.has('is civil'));
	await at.page.click('label[for="decision-overrule"]');
	await at.page.fill('#ground', 'it is fine');
	await at.press(main);
	at.check('a rule is wanted', await at.has('rule'), await at.text());
	await at.look('an objection without a rule');
	await at.page.click('label[for="decision-overrule"]');
	await at.page.fill('#ground', 'I2-A-USE: it is a criminal proceeding');
	await at.press(main);
	await at.sign();
	at.check('it is answered', await at.has('Your answer is on record'), await at.text());
}

// ---- the law ----

async function reads_the_law(at) {
	await at.open('/agreements');
	await at.page.selectOption('#a', { index: 1 });
	await at.page.selectOption('#b', { index: 0 });
	await at.press('button:has-text("Show what differs")');
	at.check('what differs is shown', await at.has('What is above was read again'), await at.text());
	await at.look('what differs');
	await at.page.goto(`${at.site}/agreements`);
	await at.press('a:has-text("The one in use")');
	at.check('with its proofs', await at.has('its receipt holds for exactly these bytes'), await at.text());
	await at.look('an agreement');
}

// ---- delays ----

async function delays(at) {
	const request = waiting(at.run, at.instance, batch_of(at), 1);
	await at.open('/delays');
	await at.page.fill('#request', request);
	await at.page.fill('#ground', 'An inquiry is under way: 5 USC 552a(j)(2).');
	await at.page.fill('#until', day(400));
	await at.press('button:has-text("Delay it")');
	at.check('too long is refused', await at.has('366 days'), await at.text());
	await at.look('a delay that is too long');
	await at.page.fill('#until', day(90));
	await at.press('button:has-text("Delay it")');
	at.check('it is delayed', await at.has('It is delayed'), await at.text());
	at.check('and listed', await at.page.locator('tr', { hasText: request }).count() === 1);
	await at.look('a delay');
}

async function sees_delays(at) {
	await at.open('/delays');
	at.check('what is overdue is marked', await at.page.locator('.console-overdue').count() > 0, await at.text());
	at.check('and may not be changed', await at.page.locator('form[action^="/delays"]').count() === 0);
}

// ---- two sign, one releases ----

async function signs_a_list(at) {
	const n = batch_of(at);
	await at.open(`/review/${n}/sign`);
	await at.page.fill('#list', ready(at.run, at.instance, n).map((id) => `approve ${id}\n`).join(''));
	await at.press(main);
	await at.sign();
	at.check('they are signed', await at.has('Your decisions are signed'), await at.text());
}

async function releases(at) {
	await at.open('/office');
	await at.press(`form[action="/office/${batch_of(at)}/release"] button`);
	at.check('it asks once more', await at.has('This cannot be taken back'));
	await at.look('a release, asked once more');
	await at.press('.console-buttons button');
	at.check('packages are handed over', /Packages handed over\s+[1-9]/.test(await at.text()), await at.text());
	await at.look('released');
	at.check('they lie in the outbox', handed_over(at.instance, batch_of(at)).length > 1);
}

async function releases_too_early(at) {
	await at.open('/office');
	await at.press(`form[action="/office/${batch_of(at)}/release"] button`);
	await at.press('.console-buttons button');
	at.check('before two signed nothing leaves', await at.has('wait for two reviewers'), await at.text());
	await at.look('a release too early');
}

// ---- after it ----

// The cell of a package's row below a heading.
const cell = (row, heading) => row().locator(`td[data-label="${heading}"]`);
const today = () => new Date().toISOString().slice(0, 10);

// What was written of a package is a link to the letter, and the day of destruction stands there.
async function leads_to_letters(at, row, home) {
	at.check('the day of destruction stands there', (await cell(row, 'Destroyed').innerText()).includes(today()), await row().innerText());
	for (const [heading, says] of [['Acknowledged', 'Letter: acknowledge'], ['Kept', 'Houston, room 12'], ['Destroyed', 'shredded']]) {
		await at.moves(() => cell(row, heading).locator('a').click());
		at.check(`${heading} leads to its letter`, await at.has(says) && await at.has('Its receipt'), await at.text());
		await at.look(`the letter: ${heading}`);
		await at.page.goto(`${at.site}${home}`);
	}
}

async function sends_letters(at) {
	const n = batch_of(at);
	const request = handed_over(at.instance, n)[2];
	const its = officer(at.run, at.work, at.instance, n, request);
	const row = () => at.page.locator('tr', { hasText: request });
	const hand_in = async (letter) => {
		await at.press('a:has-text("Hand in a letter")');
		await at.page.setInputFiles('#letter', letter);
		await at.page.setInputFiles('#signature', `${letter}.p7s`);
		await at.press('.console-form button');
		at.check('the letter is taken', await at.has('The letter is taken'), await at.text());
		await at.page.goto(`${at.site}/batches/${n}/custody`);
	};
	await at.page.goto(`${at.site}/batches/${n}`);
	await at.press('a:has-text("Where the packages are")');
	at.check('it is to be acknowledged', /acknowledge it/.test(await row().innerText()), await row().innerText());
	at.check('nothing tells what is in it', !/neutral|address/i.test(await at.page.locator('table').innerText()), await at.text());
	await its.acknowledges(hand_in);
	at.check('it is acknowledged', /nothing until its use ends/.test(await row().innerText()), await row().innerText());
	await its.keeps(hand_in);
	at.check('it says where it is kept', /Houston, room 12/.test(await row().innerText()), await row().innerText());
	at.check('it is not destroyed', await cell(row, 'Destroyed').innerText() === 'no', await row().innerText());
	await its.destroys(hand_in);
	at.check('and its destruction certified', /destroyed, as certified/.test(await row().innerText()), await row().innerText());
	await leads_to_letters(at, row, `/batches/${n}/custody`);
	await sums_tie(at, 'packages of the agency');
	await at.look('where the packages are');
}

async function sees_packages(at) {
	const n = batch_of(at);
	const request = handed_over(at.instance, n)[1];
	const its = officer(at.run, at.work, at.instance, n, request);
	const row = () => at.page.locator('tr', { hasText: request });
	await at.open('/custody');
	await sums_tie(at, 'packages');
	at.check('it is not fetched', /outbox/.test(await row().innerText()), await row().innerText());
	its.acknowledges();
	await at.open(`/custody?batch=${n}`);
	at.check('it is acknowledged', (await row().innerText()).split('UTC').length === 3, await row().innerText());
	its.keeps();
	its.destroys();
	await at.page.reload();
	at.check('its destruction is certified', /destroyed/.test(await row().innerText()), await row().innerText());
	await leads_to_letters(at, row, `/custody?batch=${n}`);
	await at.look('packages');
	await at.open(`/custody?overdue=yes&batch=${n}`);
}

// ---- the second look ----

async function is_not_hers(at) {
	await at.open('/queue');
	await at.open(`/looks?batch=${batch_of(at)}`);
	const row = at.page.locator('tr', { hasText: 'waits for another' });
	at.check('what she approved is another\'s', await row.count() > 0, await at.text());
	await at.moves(() => row.first().locator('a').click());
	at.check('and she is asked nothing', await at.has('Another reviewer takes the second look')
		&& await at.page.locator('button[name="do"]').count() === 0, await at.text());
	await at.look('a second look by another');
}

async function looks_again(at) {
	await at.open(`/looks?batch=${batch_of(at)}`);
	at.check('it says what the sample can show', await at.has('with 95 % confidence'), await at.text());
	await at.press('[data-rows] tbody a');
	await at.look('a second look');
	const path_of = () => new URL(at.page.url()).pathname;
	const first = path_of();
	if (at.script)
		await at.moves(() => at.page.keyboard.press('a'));
	else
		await at.press('button[value="sound"]');
	await at.sign();
	at.check('on to the next one', await at.has('Here is the next one') && path_of() !== first, await at.text());
	await at.press('button[value="wrong"]');
	at.check('it asks what is wrong', await at.has('say what is wrong'), await at.text());
	await at.look('a second look without a ground');
	const path = path_of();
	await at.page.fill('#ground', 'the unit is another');
	await at.press('button[value="wrong"]');
	at.check('it says what follows', await at.has('An incident is opened for it'), await at.text());
	await at.look('a wrong answer, asked once more');
	await at.press('.console-buttons button');
	await at.sign();
	at.check('the incident is open', await at.has('this incident is open for it') && await at.has('the unit is another'), await at.text());
	await at.look('an incident of a second look');
	await at.open(path);
	at.check('who said so stands there', await at.has('reviewer-3') && await at.has('the unit is another'), await at.text());
	await at.look('a second look that found it wrong');
	await at.open(`/looks?batch=${batch_of(at)}&all=yes`);
	at.check('and in the list', await at.page.locator('.console-no').count() === 1, await at.text());
}

async function demands_back(at) {
	await at.open('/demands/new');
	await at.page.fill('#batch', String(batch_of(at)));
	await at.page.fill('#ground', 'an error of ours');
	await at.press(main);
	at.check('it is read before it is signed', await at.has('Nothing is sent or changed yet'), await at.text());
	await at.look('a demand before it is signed');
	await at.press('button:has-text("Go on and sign it")');
	await at.sign();
	at.check('it is demanded', await at.has('The packages are demanded back'), await at.text());
	await at.look('a demand');
	await at.page.goto(`${at.site}/custody`);
	at.check('and marked', await at.has('demanded back'));
}

async function handles_an_incident(at) {
	const n = batch_of(at);
	const request = handed_over(at.instance, n)[0];
	await at.open('/incidents');
	await at.open('/incidents/new');
	await at.page.fill('#found', 'a second look');
	await at.page.fill('#what', 'an address of another unit');
	await at.page.fill('#requests', request);
	await at.page.fill('#batch', String(n));
	await at.press(main);
	await at.sign();
	at.check('its clock runs', await at.has('due within 24 hours'), await at.text());
	const incident = number_in(at);
	await at.look('an incident');
	await at.page.fill('#place', 'the office in Boston');
	await at.press('button:has-text("Write it in")');
	await at.sign();
	at.check('what is known now is in it', await at.has('the office in Boston'), await at.text());
	await at.page.fill('#requests', handed_over(at.instance, n)[1]);
	await at.page.fill('#batch', String(n));
	await at.press('button:has-text("Name them")');
	await at.sign();
	at.check('and whom it is about too', /Requests that it names\s+2/.test(await at.text()), await at.text());
	await at.press(`form[action="/incidents/${incident}/report"] button`);
	at.check('a field that is not known is named', await at.has('not known yet'), await at.text());
	await at.page.click('label[for="unknown-yes"]');
	await at.press(`form[action="/incidents/${incident}/report"] button`);
	await at.sign();
	at.check('its clock has ended', await at.has('its clock has ended'), await at.text());
	await at.look('an incident that is reported');
	await at.page.fill(`form[action="/incidents/${incident}/notice"] textarea`, 'an error of the custodian');
	await at.press(`form[action="/incidents/${incident}/notice"] button`);
	await at.sign();
	at.check('the notice is open', await at.has('The notice is open'), await at.text());
	await at.look('a notice');
	await at.page.click('label[for="decision-sent"]');
	await at.press(main);
	await at.sign();
	at.check('it was sent', await at.has('the notices were sent'), await at.text());
	await at.open('/notices');
	await at.open(`/matters/${incident}`);
	await at.page.click('label[for="decision-close"]');
	await at.page.fill('#ground', 'the rule was mended');
	await at.press(main);
	await at.sign();
	at.check('it is closed', await at.has('Your answer is on record'), await at.text());
}

// ---- safeguards ----

async function finds_and_mends(at) {
	await at.open('/safeguards');
	await at.press('a:has-text("Change")');
	await at.look('a recipient');
	await at.page.selectOption('#safeguards', 'open-finding');
	await at.page.fill('#plan', day(-1));
	await at.press(main);
	await at.sign();
	at.check('the register is changed', await at.has('The register is changed'), await at.text());
	await at.open('/safeguards');
	at.check('nothing may leave', await at.page.locator('td', { hasText: /^no/ }).count() > 0, await at.text());
	at.check('the plan is past', await at.has('past'));
	await at.press('a:has-text("Change")');
	await at.page.selectOption('#safeguards', 'in-order');
	await at.page.fill('#plan', '');
	await at.press(main);
	await at.sign();
	await at.open('/safeguards');
	at.check('it may again', await at.page.locator('td', { hasText: /^yes/ }).count() > 0, await at.text());
}

// ---- the inspector ----

async function inspects(at) {
	await at.open('/flow');
	await at.open(`/flow/${batch_of(at)}`);
	at.check('all totals tie', await at.has('All totals tie'), await at.text());
	await at.open('/ledger/entries');
	await at.open('/ledger/entries/3');
	await at.open('/registers?register=recipient&history=yes');
	await at.open('/reports');
	await at.open(`/reports/make?report=court&docket=${encodeURIComponent(docket_of(at))}`);
	at.check('the bundle names the docket', await at.has(docket_of(at)), await at.text());
	at.check('and is a document', await at.page.locator('table').count() > 0);
	await at.open('/reports/make?report=coverage');
	await at.open('/erasures');
	at.check('nothing is to be changed', await at.page.locator('main form[method="post"]').count() === 0);
	await at.open('/holds');
	await at.open('/office', 403);
}

// ---- erasure ----

async function ends_the_demand(at) {
	await at.open('/matters');
	await at.moves(() => at.page.locator('tr', { hasText: 'recall' }).locator('th a').first().click());
	await at.page.click('label[for="decision-close"]');
	await at.page.fill('#ground', 'all came back');
	await at.press(main);
	await at.sign();
	at.check('it is ended', await at.has('Your answer is on record'), await at.text());
}

async function does_the_round(at) {
	await at.open('/office');
	await at.press('form[action="/office/tend"] button');
	at.check('the round is done', await at.has('The daily round is done'), await at.text());
	await at.look('the daily round');
}

async function asks_erasure(at) {
	await at.open('/erasures');
	await at.page.click('label[for="scope-request"]');
	await at.page.fill('#what', `E${batch_of(at)}`);
	await at.page.selectOption('#ground', 'retention');
	await at.page.fill('#basis', 'GRS 5.2, item 020');
	await at.press('button:has-text("See who would go")');
	at.check('who would go is said before it is signed', await at.has('would go'), await at.text());
	await at.sign();
	at.check('it is asked', await at.has('The erasure is asked'), await at.text());
	await at.look('an erasure that is asked');
}

async function grants_erasure(at) {
	await at.page.goto(`${at.site}/erasures`);
	await at.moves(() => at.page.locator('tr', { hasText: `E${batch_of(at)}` }).locator('th a').click());
	const n = number_in(at);
	await at.press('button:has-text("Grant it")');
	await at.sign();
	at.check('it is gone', /Requests that are gone\s+[1-9]/.test(await at.text()), await at.text());
	await at.look('erased');
	await at.open(`/erasures/${n}`);
	at.check('it is done', await at.has('done'));
	const verify = spawnSync(process.argv[2], ['-C', at.instance, 'ledger', 'verify']);
	at.check('the ledger verifies', verify.status === 0, String(verify.stderr));
}

async function sees_no_record(at) {
	await at.open('/');
	await at.open('/registers');
	await at.open('/holds?show=all');
	for (const path of ['/queue', '/custody', '/flow', '/matters', '/person', '/reports/make?report=coverage'])
		await at.open(path, 403);
}

const walk = (who, name, steps) => ({ who, name, office: true, walk: steps });

export default [
	walk('counsel', 'places a hold', places_a_hold),
	walk('counsel', 'asks that it is lifted', asks_the_lift),
	walk('counsel', 'lets one through', lets_one_through),
	walk('reviewer-2', 'grants and lifts', grants_and_lifts),
	walk('reviewer-1', 'objects', objects),
	walk('counsel', 'answers the objection', answers_the_objection),
	walk('counsel', 'reads the law', reads_the_law),
	walk('counsel', 'delays an account', delays),
	walk('inspector', 'sees what is delayed', sees_delays),
	walk('operator', 'would release', releases_too_early),
	walk('reviewer-1', 'signs a list', signs_a_list),
	walk('reviewer-2', 'signs it too', signs_a_list),
	walk('operator', 'releases', releases),
	walk('reviewer-1', 'does not look again at her own', is_not_hers),
	walk('reviewer-3', 'looks again', looks_again),
	walk('requester', 'acknowledges, and certifies destruction', sends_letters),
	walk('safeguards', 'sees where packages are', sees_packages),
	walk('safeguards', 'handles an incident', handles_an_incident),
	walk('safeguards', 'demands packages back', demands_back),
	walk('safeguards', 'finds and mends', finds_and_mends),
	walk('inspector', 'reads', inspects),
	walk('counsel', 'ends the demand', ends_the_demand),
	walk('operator', 'does the round', does_the_round),
	walk('counsel', 'asks for an erasure', asks_erasure),
	walk('safeguards', 'grants the erasure', grants_erasure),
	walk('registrar', 'sees no record', sees_no_record),
];
