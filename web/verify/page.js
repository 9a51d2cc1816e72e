/* SPDX-License-Identifier: Apache-2.0 */
/* The form, and the answer in words.  All of it in one file, or beside it as the
 * console has it: then the form names the worker and the module, and a part of
 * what stands here may be missing from the page. */
'use strict';

const $ = (id) => document.getElementById(id);
const count = (n, one, many) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

function element(name, text, ...children) {
	const e = document.createElement(name);
	if (text)
		e.textContent = text;
	e.append(...children);
	return e;
}

/* ---- what was chosen ---- */

/* A folder's files by their names within the ledger: below the folder that has
 * the checkpoint. */
function ledger_files(list) {
	const all = [...list].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
	const heads = all.filter((f) => /(^|\/)checkpoint$/.test(f.path))
		.sort((a, b) => a.path.length - b.path.length);
	if (heads.length === 0)
		return null;
	const under = heads[0].path.slice(0, -'checkpoint'.length);
	return all.filter((f) => f.path.startsWith(under))
		.map((f) => ({ file: f.file, path: f.path.slice(under.length) }));
}

const chosen_files = (id) => $(id)?.files ?? [];
const bytes_of = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

async function got(path) {
	const answer = await fetch(path);
	if (!answer.ok)
		throw new Error(`${path}: the service answered ${answer.status}`);
	return new Uint8Array(await answer.arrayBuffer());
}

/* What the page that the form is on is about: an entry with its proof, or the
 * account that it holds ready to be saved. */
async function given_by_page() {
	const { entry, account } = $('form').dataset;
	if (entry !== undefined)
		return [
			{ what: 'entry', name: 'the entry', bytes: await got(`${entry}/bytes`) },
			{ what: 'proof', name: 'the proof', bytes: await got(`${entry}/proof`) }];
	if (account === undefined)
		return [];
	const link = $(account);
	return [{ what: 'account', name: link.download, bytes: bytes_of(link.href.split(',')[1]) }];
}

async function given() {
	const text = (s) => new TextEncoder().encode(s);
	const list = [{ what: 'vkey', name: 'the key', bytes: text($('key').value) }];
	for (const line of ($('witness')?.value ?? '').split('\n'))
		if (line.trim() !== '')
			list.push({ what: 'witness', name: 'a witness', bytes: text(line) });
	for (const what of ['old', 'receipt', 'reply', 'account'])
		for (const file of chosen_files(what))
			list.push({ what, name: file.name,
				bytes: new Uint8Array(await file.arrayBuffer()) });
	return [...list, ...await given_by_page()];
}

/* ---- words ---- */

function said(kind, verdict, ...words) {
	$('result').className = kind;
	$('result').setAttribute('aria-busy', 'false');
	$('progress').hidden = true;
	$('verdict').textContent = verdict;
	$('words').replaceChildren(...words);
	$('check').disabled = false;
	$('verdict').focus();
}

const none = (text) => said('none', 'There is no answer', element('p', text));

function checked(a, address) {
	const list = element('ul');
	const add = (text) => list.append(element('li', text));
	add('The newest checkpoint is signed by the key you named.');
	add(`${count(a.size, 'entry has', 'entries have')} the form of one, each in its place` +
		(a.first_day === undefined ? '.'
			: a.first_day === a.last_day ? `; all are of ${a.last_day}.`
				: `, from ${a.first_day} to ${a.last_day}; days never go back.`));
	add(`All hashes were computed again from the entries and lead to the signed root; ${count(a.files, 'file was', 'files were')} read to the last byte.`);
	if (!address)
		add('No file is there that does not belong.');
	for (const old of a.old)
		add(`Nothing of the ${count(old.size, 'entry', 'entries')} of ${old.name} was changed or taken away since.`);
	for (const witness of a.witnesses)
		add(`${witness} has signed the checkpoint too: it saw the same ledger.`);
	if (a.told.batches > 0)
		add(`The receipt is of this ledger, for ${count(a.told.requests, 'request', 'requests')}.` +
			(a.told.received > 0 ? ` The reply has a line for each: ${a.told.refused} refused, ${a.told.accepted} accepted, ${a.told.withdrawn} withdrawn.` : ''));
	for (const account of a.accounts)
		add(`The account of ${account.person} up to ${account.as_of} is true to this ledger: ${count(account.disclosures, 'disclosure', 'disclosures')}, each of them an entry, and no entry more in the months that it tells of.`);
	return list;
}

/* One entry: nothing else of the ledger was read. */
function yes_entry(a) {
	said('yes', 'The proof holds',
		element('p', `Entry ${a.entry.toLocaleString('en')}${a.day === undefined ? '' : `, of ${a.day},`} is in the ledger: its path leads to the root that the key you named signed, over ${count(a.size, 'entry', 'entries')}.`),
		element('dl', '',
			element('dt', 'Ledger'), element('dd', a.origin),
			element('dt', 'Root'), element('dd', '', element('code', a.root))),
		element('p', 'The rest of the ledger was not looked at.'));
}

function yes(a, address) {
	const facts = element('dl', '',
		element('dt', 'Ledger'), element('dd', a.origin),
		element('dt', 'Entries'), element('dd', a.size.toLocaleString('en')),
		element('dt', 'Root'), element('dd', '', element('code', a.root)));
	said('yes', 'All of it holds', checked(a, address), facts,
		element('p', 'Keep the file checkpoint: with it you can show later that nothing before it was changed. What the entries mean, and whether something happened that was never entered, this cannot show.'));
}

function no(a) {
	said('no', 'It does not hold',
		element('p', 'This is not the ledger that was signed by the key you named, or something that you brought is not true to it. The first fault:'),
		element('dl', '',
			element('dt', 'File'), element('dd', '', element('code', a.file)),
			element('dt', 'Byte'), element('dd', String(a.offset)),
			element('dt', 'What is wrong'), element('dd', a.fault)),
		element('p', 'Download the folder again, in case that went wrong. If it stays so, keep what you have and ask the agency, its inspector, or a court.'));
}

/* ---- the check ---- */

/* The worker's address, and the module's bytes. */
async function parts() {
	const { worker, module } = $('form').dataset;
	if (worker !== undefined)
		return { url: worker, module: await got(module) };
	return {
		url: URL.createObjectURL(new Blob([$('worker').textContent], { type: 'text/javascript' })),
		module: bytes_of($('module').textContent.trim()),
	};
}

async function start(task) {
	const { url, module } = await parts();
	const worker = new Worker(url);
	const end = () => {
		worker.terminate();
		URL.revokeObjectURL(url);
	};
	worker.onerror = (e) => {
		end();
		none(e.message || 'The check stopped.');
	};
	worker.onmessage = ({ data }) => {
		if (data.read !== undefined) {
			if (data.of > 0) {
				$('progress').max = data.of;
				$('progress').value = Math.min(data.read, data.of);
			}
			return;
		}
		end();
		if (data.failed !== undefined)
			none(data.failed);
		else if (data.form === 'vkey')
			none('The key is not in the form of one: one line, NAME+ID+BASE64, as it was published.');
		else if (data.form !== undefined)
			none(`${data.name}: not what is asked for there.`);
		else if (data.answer.entry !== undefined)
			yes_entry(data.answer);
		else if (data.answer.ok)
			yes(data.answer, task.address);
		else
			no(data.answer);
	};
	worker.postMessage({ module, ...task });
}

$('form').addEventListener('submit', async (event) => {
	event.preventDefault();
	const address = $('address').value.trim();
	const folder = chosen_files('folder');
	const files = folder.length > 0 ? ledger_files(folder) : null;
	if (folder.length > 0 && files === null) {
		none('The folder that you chose has no file checkpoint.');
		return;
	}
	if (files === null && address === '') {
		none('Choose the folder first.');
		return;
	}
	if ($('key').value.trim() === '') {
		none('Whom do you believe? Paste the ledger’s key.');
		return;
	}
	$('check').disabled = true;
	$('result').className = '';
	$('result').setAttribute('aria-busy', 'true');
	$('words').replaceChildren();
	$('verdict').textContent = 'Checking …';
	$('progress').removeAttribute('value');
	$('progress').hidden = false;
	try {
		await start({
			files,
			address: files === null
				? new URL(address.endsWith('/') ? address : `${address}/`, document.baseURI).href
				: '',
			given: await given(),
		});
	} catch (error) {
		none(error.message);
	}
});

if ($('beside') !== null && !location.protocol.startsWith('http'))
	$('beside').hidden = true;
