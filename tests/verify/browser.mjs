// SPDX-License-Identifier: Apache-2.0
//
// browser.mjs PAGE MAKE-LEDGER WEIR-VERIFY [PICTURE-FOLDER]: the verifier's
// page in Chromium, with nothing but a ledger's public files: it believes a
// good one and names the fault of a changed one, as weir-verify does.  TAP.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, normalize, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [page_file, make_ledger, weir_verify, pictures] =
	process.argv.slice(2).map((path) => resolve(path));
const chromium_path = ['/usr/bin/chromium', '/usr/bin/chromium-browser']
	.find((path) => existsSync(path));
if (chromium_path === undefined) {
	console.log('1..0 # SKIP Debian\'s chromium is not installed');
	process.exit(0);
}
const { chromium } = await import('playwright-core');

let checks = 0;
let failures = 0;
function check(name, ok, more = '') {
	checks++;
	failures += ok ? 0 : 1;
	console.log(`${ok ? 'ok' : 'not ok'} ${checks} - ${name}`);
	if (!ok && more !== '')
		console.log(String(more).replace(/^/gm, '#   '));
}

// ---- ledgers, and a server on loopback ----

const work = mkdtempSync(join(tmpdir(), 'weir-browser-'));
const good = join(work, 'good');
if (spawnSync(make_ledger, [good, '700', '300']).status !== 0)
	throw new Error('make-ledger failed');
cpSync(page_file, join(work, 'weir-verify.html'));
const key = readFileSync(join(good, 'ledger.vkey'), 'utf8').trim();

function changed(name, file, at) {
	cpSync(good, join(work, name), { recursive: true });
	const bytes = readFileSync(join(work, name, file));
	bytes[at] ^= 1;
	writeFileSync(join(work, name, file), bytes);
	return name;
}

const asked = [];
const server = createServer((request, response) => {
	const path = normalize(decodeURIComponent(request.url.split('?')[0]));
	asked.push(path);
	const file = join(work, path);
	if (!file.startsWith(work) || !existsSync(file)) {
		response.writeHead(404).end();
		return;
	}
	response.writeHead(200, {
		'Content-Type': path.endsWith('.html') ? 'text/html; charset=utf-8'
			: 'application/octet-stream',
	}).end(readFileSync(file));
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const site = `http://127.0.0.1:${server.address().port}`;

// ---- the page ----

const browser = await chromium.launch({
	executablePath: chromium_path,
	args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
});
const tab = await browser.newPage({ viewport: { width: 375, height: 740 } });
const elsewhere = [];
const errors = [];
tab.on('request', (request) => {
	if (!/^(http:\/\/127\.0\.0\.1:|blob:|data:|file:)/.test(request.url()))
		elsewhere.push(request.url());
});
tab.on('pageerror', (error) => errors.push(error.message));
tab.on('console', (message) => {
	if (message.type() === 'error' && !/404/.test(message.text()))
		errors.push(message.text());
});

async function verdict({ url = `${site}/weir-verify.html`, folder, address, vkey = key, old, account }) {
	await tab.goto(url);
	if (folder !== undefined)
		await tab.setInputFiles('#folder', join(work, folder));
	if (address !== undefined)
		await tab.fill('#address', address);
	await tab.fill('#key', vkey);
	if (old !== undefined || account !== undefined)
		await tab.click('summary');
	if (old !== undefined)
		await tab.setInputFiles('#old', old);
	if (account !== undefined)
		await tab.setInputFiles('#account', account);
	await tab.click('#check');
	await tab.waitForFunction(() => document.getElementById('result').className !== '',
		null, { timeout: 60000 });
	return {
		kind: await tab.getAttribute('#result', 'class'),
		text: await tab.innerText('#result'),
	};
}

function as_told(name, vkey = key) {
	const run = spawnSync(weir_verify, [join(work, name), '--vkey', vkey, '--json'],
		{ encoding: 'utf8' });
	return JSON.parse(run.stdout);
}

async function picture(name) {
	if (pictures !== undefined)
		await tab.screenshot({ path: join(pictures, name), fullPage: true });
}

let told = await verdict({ folder: 'good' });
check('a good ledger, chosen as a folder, holds', told.kind === 'yes', told.text);
check('with its size and root', told.text.includes('700') && told.text.includes(as_told('good').root), told.text);
check('nothing is wider than a telephone', await tab.evaluate(() =>
	document.documentElement.scrollWidth <= window.innerWidth));
check('the verdict has the focus, for who hears the page', await tab.evaluate(() =>
	document.activeElement.id === 'verdict'));
await picture('verify-yes.png');

told = await verdict({ address: 'good' });
check('fetched next to the page, it holds', told.kind === 'yes', told.text);

told = await verdict({ url: pathToFileURL(join(work, 'weir-verify.html')).href, folder: 'good' });
check('the page is one file that needs no server', told.kind === 'yes', told.text);

for (const [name, file, at] of [
	['leaf', 'tile/0/001', 4711], ['entry', 'tile/entries/001', 30000],
	['partial', 'tile/0/002.p/188', 33], ['left', 'tile/0/001.p/44', 7],
	['level', 'tile/1/000.p/2', 40], ['signed', 'checkpoint', 30],
	['vkey', 'ledger.vkey', 3]]) {
	told = await verdict({ folder: changed(name, file, at) });
	const want = as_told(name);
	check(`a byte of ${file} changed: not believed, and named as weir-verify names it`,
		told.kind === 'no' && want.ok === false && told.text.includes(want.file) &&
		told.text.includes(String(want.offset)) && told.text.includes(want.fault), told.text);
	if (name === 'leaf')
		await picture('verify-no.png');
}
told = await verdict({ address: 'leaf' });
check('the same where it is fetched', told.kind === 'no' && told.text.includes('tile/0/001'), told.text);

writeFileSync(join(work, 'kept'), readFileSync(join(good, 'checkpoint')));
told = await verdict({ folder: 'good', old: join(work, 'kept') });
check('a kept checkpoint is where it began', told.kind === 'yes' && told.text.includes('kept'), told.text);

const accounted = join(work, 'accounted');
spawnSync(make_ledger, [accounted, 'account']);
const by_whom = readFileSync(join(accounted, 'ledger.vkey'), 'utf8').trim();
const account = join(work, 'p1.account');
told = await verdict({ folder: 'accounted', vkey: by_whom, account });
check('an account of disclosures is true to its ledger', told.kind === 'yes' &&
	told.text.includes('The account of P1 up to 2026-02-28') && told.text.includes('1 disclosure,'), told.text);
const lie = readFileSync(account);
lie[lie.length >> 1] ^= 1;
writeFileSync(join(work, 'lie'), lie);
told = await verdict({ folder: 'accounted', vkey: by_whom, account: join(work, 'lie') });
check('a changed one is not believed', told.kind === 'no' && told.text.includes('lie'), told.text);

const other = join(work, 'other');
spawnSync(make_ledger, [other, '3', '0', 'sandbox.example.org/other']);
told = await verdict({ folder: 'good',
	vkey: readFileSync(join(other, 'ledger.vkey'), 'utf8') });
check('by another key it is not believed', told.kind === 'no' && told.text.includes('ledger.vkey'), told.text);
told = await verdict({ folder: 'good', vkey: 'not a key' });
check('what is no key gets no answer', told.kind === 'none' && told.text.includes('key'), told.text);

const unlabelled = await tab.evaluate(() => [...document.querySelectorAll('input, textarea')]
	.filter((e) => e.labels.length === 0).map((e) => e.id));
check('every field has its label', unlabelled.length === 0, unlabelled);
await tab.setViewportSize({ width: 1200, height: 800 });
await picture('verify-wide.png');
check('nothing was asked of any other machine', elsewhere.length === 0, elsewhere);
check('the server was asked for public files alone', asked.every((path) =>
	/^\/(weir-verify\.html|favicon\.ico|(good|leaf)\/(checkpoint|ledger\.vkey|keys|policy\.settings|tile\/.*))$/.test(path)), asked);
check('and no script complained', errors.length === 0, errors.join('\n'));

await browser.close();
server.close();
rmSync(work, { recursive: true });
console.log(`1..${checks}`);
process.exit(failures === 0 ? 0 : 1);
