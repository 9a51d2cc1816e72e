// SPDX-License-Identifier: Apache-2.0
//
// console.mjs WEIR [PICTURES]: the console in Chromium, on a service that this
// starts, as people with client certificates.  TAP.  Pictures of every page at
// two widths and on paper go to PICTURES (or WEIR_PICTURES), where it is given;
// WEIR_WALK=NAME walks only walk_NAME.mjs.
//
// What is walked is in walk_*.mjs beside this file, each a list:
//
//	export default [{
//		who: 'reviewer-1',		// sandbox/reviewer-1.crt and .key
//		name: 'the queue',
//		told: true,			// on the other instance, see below; or office: true
//		async walk(at) {		// at: see class At below
//			await at.open('/queue');
//			await at.page.click('text=R0000001');
//			await at.look('a request');	// axe, pictures
//			at.check('it says who', await at.has('Approved by'));
//		},
//	}];
//
// Whoever adds pages adds a file walk_NAME.mjs; nothing else is to be changed.
// Each walk is walked twice, with script and without, on the same instance: it
// may not hang on being the first (`at.script` tells).  Files are walked in the
// order of their names.  The other instance (`told`) is one whose batch was
// released, on a played day from which on its month is told of to everybody.
// A third (`office`) is office.mjs's.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { make_office } from './office.mjs';

const weir = resolve(process.argv[2]);
const pictures = process.argv[3] ?? process.env.WEIR_PICTURES;
const chromium_path = ['/usr/bin/chromium', '/usr/bin/chromium-browser']
	.find((path) => existsSync(path));
if (chromium_path === undefined) {
	console.log('1..0 # SKIP Debian\'s chromium is not installed');
	process.exit(0);
}
const { chromium } = await import('playwright-core');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const here = dirname(fileURLToPath(import.meta.url));

let checks = 0;
let failures = 0;
function check(name, ok, more = '') {
	checks++;
	failures += ok ? 0 : 1;
	console.log(`${ok ? 'ok' : 'not ok'} ${checks} - ${name}`);
	if (!ok && more !== '')
		console.log(String(more).replace(/^/gm, '#   '));
}

// ---- an instance, and its service ----

const work = mkdtempSync(join(tmpdir(), 'weir-console-'));
const instance = join(work, 'i');
const told = join(work, 'told');
const office = join(work, 'office');
function run(...args) {
	const done = spawnSync(weir, args, { cwd: work, encoding: 'utf8' });
	if (done.status !== 0)
		throw new Error(`weir ${args.join(' ')}: ${done.stderr}${done.stdout}`);
	return done.stdout;
}

// Somebody of a role that a new sandbox has nobody for.
function person(where, role) {
	const path = join(where, 'sandbox', role);
	const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
		'ec_paramgen_curve:P-256', '-nodes', '-days', '300', '-subj', `/CN=${role}`,
		'-keyout', `${path}.key`, '-out', `${path}.crt`]);
	if (made.status !== 0)
		throw new Error(`openssl: ${made.stderr}`);
	run('-C', where, 'register', 'role', 'add', '--role', role, '--name', role, '--cert', `${path}.crt`);
}

function make_instance() {
	const world = join(work, 'world');
	const requests = join(world, 'requests.jsonl');
	const drawn = spawnSync(join(here, '../scenario/world'), [world, '2000', '120'],
		{ env: { ...process.env, WEIR: weir }, encoding: 'utf8' });
	if (drawn.status !== 0)
		throw new Error(`no world: ${drawn.stderr}`);
	run('init', instance, '--sandbox');
	run('-C', instance, 'sandbox', 'enroll', requests);
	run('-C', instance, 'roll', 'load', join(world, 'roll.csv'));
	for (const role of ['inspector', 'safeguards'])
		person(instance, role);
	run('request', 'manifest', requests, '--agreement', 'AG-IRS-ICE-2025', '--sequence', '1',
		'--certifier', 'ICE-DIR', '--name', 'ACTING DIRECTOR', '--role', 'head of agency',
		'--out', join(work, 'manifest.json'));
	run('request', 'sign', join(work, 'manifest.json'), '--key', join(instance, 'sandbox/certifier.key'));
	run('-C', instance, 'batch', 'submit', requests, '--manifest', join(work, 'manifest.json'));
}

// What was given out in it is told of: a month has ended, and the agreement's
// answer days after it.
function make_told() {
	const today = readFileSync(join(work, 'world/today'), 'utf8').trim();
	const day = new Date(`${today.slice(0, 7)}-01T12:00:00Z`);
	day.setUTCMonth(day.getUTCMonth() + 1);
	day.setUTCDate(day.getUTCDate() - 1 + 30);
	for (const n of [1, 2])
		run('-C', told, 'review', 'approve', '--batch', '1', '--all',
			'--key', join(told, `sandbox/reviewer-${n}.key`));
	run('-C', told, 'release', '--batch', '1', '--today', today);
	const first = day.toISOString().slice(0, 10);
	// lapsed requests are told by its exit status
	spawnSync(weir, ['-C', told, 'tend', '--today', first], { cwd: work });
	return first;
}

async function start(where, ...more) {
	const service = spawn(weir, ['-C', where, 'serve', '--listen', '127.0.0.1:0', ...more],
		{ cwd: work, stdio: ['ignore', 'pipe', 'pipe'] });
	let said = '';
	let port;
	service.stderr.on('data', (data) => { said += data; });
	await new Promise((done, wrong) => {
		service.on('exit', () => wrong(new Error(`weir serve ended: ${said}`)));
		service.stdout.on('data', (data) => {
			port ??= /listening on port (\d+)/.exec(data)?.[1];
			if (port !== undefined)
				done();
		});
	});
	service.removeAllListeners('exit');
	return { service, where, site: `https://localhost:${port}`, said: () => said };
}

// ---- one visitor ----

const shown = new Set();
const looked = new Set();

class At {
	constructor(page, site, where, walk, script) {
		Object.assign(this, { page, site, walk, script, work, instance: where });
	}

	key(who = this.walk.who) {
		return join(this.instance, 'sandbox', `${who}.key`);
	}

	// `weir` in the folder of the test's files; what it printed.
	run(...args) {
		return run(...args);
	}

	check(name, ok, more) {
		check(`${this.walk.who}, ${this.walk.name}${this.script ? '' : ', without script'}: ${name}`, ok, more);
	}

	// Opens a page, which must answer `status`, and looks at it.
	async open(path, status = 200) {
		const answer = await this.page.goto(this.site + path);
		this.check(`${path} answers ${status}`, answer.status() === status, await this.text());
		await this.look(path);
	}

	async text() {
		return this.page.locator('body').innerText();
	}

	async has(text) {
		return (await this.text()).includes(text);
	}

	// Accessibility, width and a picture of the page as it is; a page that
	// differs by numbers alone from one that was looked at is not again.
	async look(name) {
		if (!this.script)
			return;
		const { page } = this;
		const built = (await page.content()).replace(/\d+/g, '');
		if (looked.has(built))
			return;
		looked.add(built);
		await page.evaluate(axe);
		const found = await page.evaluate(() => globalThis.axe.run({ runOnly: {
			type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] } }));
		this.check(`${name}: nothing that WCAG 2.2 AA forbids`, found.violations.length === 0,
			found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join('\n')}`).join('\n'));
		await page.setViewportSize({ width: 360, height: 740 });
		this.check(`${name}: as narrow as a telephone`, await page.evaluate(() =>
			document.documentElement.scrollWidth <= document.documentElement.clientWidth));
		await this.picture(name, 'phone');
		await page.setViewportSize({ width: 1280, height: 900 });
		if (pictures === undefined)
			return;
		await this.picture(name, 'wide');
		await page.emulateMedia({ media: 'print' });
		await this.picture(name, 'paper');
		await page.emulateMedia({ media: null });
	}

	async picture(name, how) {
		const file = `${this.walk.who}${name}-${how}`.replace(/[^A-Za-z0-9-]+/g, '_');
		if (shown.has(file) || pictures === undefined)
			return;
		shown.add(file);
		await this.page.screenshot({ path: join(pictures, `${file}.png`), fullPage: true });
	}

	// On the page that wants a signature: by the key in the page, or without
	// script by openssl, as the page says.
	async sign(who = this.walk.who) {
		const { page } = this;
		this.check('it is to be signed', await this.has('Sign this'), await this.text());
		await this.look('sign');
		if (this.script) {
			await page.setInputFiles('#act-key', this.key(who));
		} else {
			const inputs = await page.locator('input[data-sign]').all();
			for (const [i, input] of inputs.entries()) {
				const bytes = Buffer.from(await input.getAttribute('data-sign'), 'base64');
				const made = spawnSync('openssl', ['dgst', '-sha384', '-sign', this.key(who)], { input: bytes });
				const file = join(work, `act-${i + 1}.sig`);
				writeFileSync(file, made.stdout.toString('base64'));
				await input.setInputFiles(file);
			}
		}
		await this.press('.console-sign .console-buttons button');
	}

	async press(selector) {
		await this.moves(() => this.page.locator(selector).first().click());
	}

	// What leads to another page, or to the same anew.
	async moves(act) {
		await Promise.all([this.page.waitForEvent('load'), act()]);
	}
}

async function walk_it(browser, { site, where }, walk, script) {
	const context = await browser.newContext({
		viewport: { width: 1280, height: 900 },
		javaScriptEnabled: script,
		ignoreHTTPSErrors: true,
		clientCertificates: [{ origin: site, certPath: join(where, 'sandbox', `${walk.who}.crt`),
			keyPath: join(where, 'sandbox', `${walk.who}.key`) }],
	});
	const page = await context.newPage();
	page.setDefaultTimeout(20000);
	const at = new At(page, site, where, walk, script);
	const errors = [];
	const elsewhere = [];
	page.on('pageerror', (error) => errors.push(error.message));
	page.on('console', (message) => {
		if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
			errors.push(message.text());
	});
	page.on('request', (request) => {
		if (!request.url().startsWith(site) && !/^(data|blob):/.test(request.url()))
			elsewhere.push(request.url());
	});
	try {
		await walk.walk(at);
	} catch (error) {
		at.check('is walked to its end', false, `${error.stack}\n${await at.text().catch(() => '')}`);
	}
	at.check('no error in the browser, and nothing from elsewhere', errors.length + elsewhere.length === 0,
		[...errors, ...elsewhere].join('\n'));
	await context.close();
}

if (pictures !== undefined)
	mkdirSync(pictures, { recursive: true });

// ---- all walks ----

const only = process.env.WEIR_WALK;
const walks = [];
for (const file of readdirSync(here).filter((name) => /^walk_.*\.mjs$/.test(name)).sort())
	if (only === undefined || file.includes(only))
		walks.push(...(await import(join(here, file))).default);

make_instance();
const services = { i: null, told: null, office: null };
if (walks.some((walk) => walk.told)) {
	cpSync(instance, told, { recursive: true });
	services.told = await start(told, '--today', make_told());
}
if (walks.some((walk) => walk.office)) {
	make_office(run, work, office);
	services.office = await start(office);
}
services.i = await start(instance);
const browser = await chromium.launch({
	executablePath: chromium_path,
	args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
});
try {
	for (const walk of walks)
		for (const script of [true, false])
			await walk_it(browser, services[walk.told ? 'told' : walk.office ? 'office' : 'i'], walk, script);
} finally {
	await browser.close();
	for (const { service, said } of Object.values(services).filter((s) => s !== null)) {
		service.kill('SIGTERM');
		const status = await new Promise((done) => service.on('exit', done));
		check('the service ends as it is told', status === 0, said());
		if (failures > 0)
			console.log(said().slice(-4000).replace(/^/gm, '#   '));
	}
	rmSync(work, { recursive: true, force: true });
}
console.log(`1..${checks}`);
process.exit(failures === 0 ? 0 : 1);
