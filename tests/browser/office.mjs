// SPDX-License-Identifier: Apache-2.0
//
// office.mjs: an instance for walks through an office's whole year.  Two small
// batches that wait for reviewers and one that was refused, the people of every role, an agreement with
// an earlier version, and a delay of an account whose day has passed.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const LINES = 40; // of a batch

// A key, a certificate and one role.
function person(run, office, name, role) {
	const path = join(office, 'sandbox', name);
	const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
		'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj', `/CN=${name}`,
		'-keyout', `${path}.key`, '-out', `${path}.crt`]);
	if (made.status !== 0)
		throw new Error(`openssl: ${made.stderr}`);
	run('-C', office, 'register', 'role', 'add', '--role', role, '--name', name,
		'--cert', `${path}.crt`);
}

function batch(run, work, office, n, lines) {
	const file = join(work, `office-${n}.jsonl`);
	const manifest = join(work, `office-${n}.json`);
	writeFileSync(file, lines.map((l) => `${l}\n`).join(''));
	run('request', 'manifest', file, '--agreement', 'AG-IRS-ICE-2025', '--sequence', String(n),
		'--certifier', 'ICE-DIR', '--name', 'ACTING DIRECTOR', '--role', 'head of agency',
		'--out', manifest);
	run('request', 'sign', manifest, '--key', join(office, 'sandbox/certifier.key'));
	run('-C', office, 'batch', 'submit', file, '--manifest', manifest);
}

const days = (n) => new Date(Date.now() + n * 86400000).toISOString().slice(0, 10);

// Requests of a batch that wait for reviewers, in order; and one of them.
export function ready(run, office, n) {
	return run('-C', office, 'batch', 'decisions', String(n), '--key', join(office, 'sandbox/counsel.key'))
		.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line))
		.filter((row) => ['review', 'approved'].includes(row.outcome)).map((row) => row.request_id);
}
export const waiting = (run, office, n, skip = 0) => ready(run, office, n)[skip];

// Requests of a batch whose package lies in the outbox, in order.
export function handed_over(office, n) {
	return readdirSync(join(office, 'outbox', String(n)))
		.filter((file) => file.endsWith('.cms')).map((file) => file.slice(0, -4)).sort();
}

// The officer's side: a package is opened, acknowledged, and certified destroyed.
export function officer(run, work, office, n, request) {
	const line = readFileSync(join(work, `office-${n}.jsonl`), 'utf8').split('\n').find((l) => l.includes(`"${request}"`));
	const who = /"weir:officerID":"([^"]+)"/.exec(line)[1];
	const key = join(office, 'sandbox/officers', `${who}.key`);
	const [ack, kept, gone] = ['ack', 'kept', 'gone'].map((kind) => join(work, `${kind}-${n}.json`));
	return {
		acknowledges(hand_in = (letter) => run('-C', office, 'letter', 'take', letter)) {
			run('package', 'acknowledge', join(office, 'outbox', String(n), `${request}.cms`), '--officer', who,
				'--vkey', join(office, 'ledger/ledger.vkey'), '--key', key, '--out', ack);
			return hand_in(ack);
		},
		keeps(hand_in = (letter) => run('-C', office, 'letter', 'take', letter)) {
			run('package', 'custody', ack, '--holder', 'JO LEE', '--place', 'Houston, room 12', '--copy', 'a print',
				'--key', key, '--out', kept);
			return hand_in(kept);
		},
		destroys(hand_in = (letter) => run('-C', office, 'letter', 'take', letter)) {
			run('package', 'destroyed', ack, '--method', 'shredded', '--witness', 'JO LEE', '--key', key, '--out', gone);
			return hand_in(gone);
		},
	};
}

export function make_office(run, work, office) {
	const lines = readFileSync(join(work, 'world/requests.jsonl'), 'utf8').trim().split('\n');
	run('init', office, '--sandbox');
	run('-C', office, 'sandbox', 'enroll', join(work, 'world/requests.jsonl'));
	run('-C', office, 'roll', 'load', join(work, 'world/roll.csv'));
	person(run, office, 'safeguards', 'safeguards');
	person(run, office, 'inspector', 'inspector');
	person(run, office, 'registrar', 'administrator');
	person(run, office, 'reviewer-3', 'reviewer');
	// The agreement, with a sentence more in its prose: another file, proved.
	const old = readFileSync(join(here, '../../agreements/irs-ice-2025.md'), 'utf8');
	const agreement = join(work, 'later.md');
	writeFileSync(agreement, `${old}\nWhat is above was read again, and stands.\n`);
	run('agreement', 'prove', agreement, '--receipt', join(work, 'receipt'), '--key', join(office, 'sandbox/prover.key'));
	run('-C', office, 'agreement', 'load', agreement, '--receipt', join(work, 'receipt'));
	for (const n of [1, 2])
		batch(run, work, office, n, lines.slice((n - 1) * LINES, n * LINES));
	// Two that are refused, were read by a reviewer, and may be erased.
	batch(run, work, office, 3, ['E1', 'E2'].map((id) => JSON.stringify({ 'weir:requestID': id })));
	for (const line of ['1', '2'])
		run('-C', office, 'review', 'sample', '--batch', '3', '--line', line, '--agree',
			'--key', join(office, 'sandbox/reviewer-1.key'));
	const ground = join(work, 'ground');
	writeFileSync(ground, 'An inquiry of the agency is under way.\n');
	run('-C', office, 'ledger', 'delay', 'place', '--request', waiting(run, office, 2, 3), '--ground', ground,
		'--until', days(-2), '--today', days(-9), '--key', join(office, 'sandbox/counsel.key'));
}
