/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check, apart from the page so that the page stays alive: libsodium stands
 * above this in the same worker, and lends the module its three functions.
 * Files are read one by one as the module asks for them.
 */
'use strict';

const ROOM = 1 << 20; /* the longest text that is hashed or verified at once */

/* libsodium's side of the bytes. */
function lender(sodium) {
	const at = sodium._malloc(ROOM);
	const out = sodium._malloc(512);
	const state = sodium._malloc(512);
	const put = (bytes, to = at) => {
		if (bytes.length > ROOM)
			throw new Error('a text is longer than there is room');
		sodium.HEAPU8.set(bytes, to);
		return bytes.length;
	};
	const result = (n) => sodium.HEAPU8.subarray(out, out + n);
	return {
		sha256(first, second) {
			const n = put(first);
			if (second.length > ROOM - n)
				throw new Error('a text is longer than there is room');
			sodium.HEAPU8.set(second, at + n);
			sodium._crypto_hash_sha256(out, at, n + second.length, 0);
			return result(32);
		},
		hmac(key, data) {
			sodium._crypto_auth_hmacsha256_init(state, at, put(key));
			sodium._crypto_auth_hmacsha256_update(state, at, put(data), 0);
			sodium._crypto_auth_hmacsha256_final(state, out);
			return result(32);
		},
		verify(key, data, sig) {
			put(key, out);
			put(sig, out + 64);
			return sodium._crypto_sign_ed25519_verify_detached(
				out + 64, at, put(data), 0, out);
		},
	};
}

/* Where files come from: chosen ones, or an address.  Both answer at once. */
function chosen(files) {
	const by_path = new Map(files.map((f) => [f.path, f.file]));
	const reader = new FileReaderSync();
	return {
		names: [...by_path.keys()],
		count: by_path.size,
		read(path) {
			const file = by_path.get(path);
			return file === undefined ? null
				: new Uint8Array(reader.readAsArrayBuffer(file));
		},
	};
}

function fetched(address) {
	return {
		names: ['checkpoint', 'ledger.vkey'],
		count: 0,
		read(path) {
			const request = new XMLHttpRequest();
			request.open('GET', new URL(path, address), false);
			request.responseType = 'arraybuffer';
			request.send();
			if (request.status === 404)
				return null; /* a file that need not be there */
			if (request.status !== 200)
				throw new Error(`${path}: the server answered ${request.status}`);
			return new Uint8Array(request.response);
		},
	};
}

function imports(lend, source, memory) {
	const bytes = (at, n) => new Uint8Array(memory().buffer, at, n);
	const text = (at, n) => new TextDecoder().decode(bytes(at, n));
	let held = null;
	let read = 0;
	const refused = () => 52; /* ENOSYS: the module needs no system */
	return {
		weir: {
			sha256: (a, an, b, bn, to) =>
				bytes(to, 32).set(lend.sha256(bytes(a, an), bytes(b, bn))),
			hmac_sha256: (k, kn, d, n, to) =>
				bytes(to, 32).set(lend.hmac(bytes(k, kn), bytes(d, n))),
			ed25519_verify: (key, d, n, sig) =>
				lend.verify(bytes(key, 32), bytes(d, n), bytes(sig, 64)),
			file_size(at, n) {
				held = source.read(text(at, n));
				if (++read % 64 === 0)
					self.postMessage({ read, of: source.count });
				return held === null ? -1 : held.length;
			},
			file_read(to, n) {
				if (held === null || held.length !== n)
					return -1;
				bytes(to, n).set(held);
				return 0;
			},
			file_name(i, to, room) {
				if (i >= source.names.length)
					return -1;
				const name = new TextEncoder().encode(source.names[i])
					.subarray(0, room);
				bytes(to, name.length).set(name);
				return name.length;
			},
		},
		wasi_snapshot_preview1: new Proxy({}, { get: () => refused }),
	};
}

/* The order of page.c's enum page_what. */
const WHAT = ['vkey', 'old', 'witness', 'receipt', 'reply', 'account', 'entry', 'proof'];

function give(module, what, name, bytes) {
	const put = (from) => {
		const at = module.page_space(from.length);
		new Uint8Array(module.memory.buffer, at, from.length).set(from);
		return at;
	};
	const name_at = put(new TextEncoder().encode(name));
	return module.page_give(WHAT.indexOf(what), name_at, put(bytes), bytes.length);
}

self.onmessage = async ({ data }) => {
	try {
		await self.libsodium_mod.ready;
		const source = data.address ? fetched(data.address) : chosen(data.files);
		let module = null;
		const made = await WebAssembly.instantiate(data.module,
			imports(lender(self.libsodium_mod), source, () => module.memory));
		module = made.instance.exports;
		module._initialize();
		for (const { what, name, bytes } of data.given)
			if (give(module, what, name, bytes) !== 0) {
				self.postMessage({ form: what, name });
				return;
			}
		/* An address is a ledger that goes on meanwhile. */
		const status = module.page_run(data.address ? 1 : 0);
		const answer = new Uint8Array(module.memory.buffer,
			module.page_answer(), module.page_answer_bytes());
		if (status > 1)
			throw new Error('the verifier came to no answer');
		self.postMessage({ answer: JSON.parse(new TextDecoder().decode(answer)) });
	} catch (error) {
		self.postMessage({ failed: String(error.message || error) });
	}
};
