// SPDX-License-Identifier: Apache-2.0
//
// What makes the console quicker; every page is whole without it.
'use strict';
(() => {
	document.documentElement.classList.add('with-script');

	// ---- DER: what is needed of it ----

	// ECDSA's two numbers, one after the other, as SEQUENCE of two INTEGER.
	function der_of(raw) {
		const number = (bytes) => {
			let from = 0;
			while (from < bytes.length - 1 && bytes[from] === 0)
				from++;
			const body = [...bytes.slice(from)];
			if (body[0] & 0x80)
				body.unshift(0);
			return [2, body.length, ...body];
		};
		const half = raw.length / 2;
		const body = [...number(raw.slice(0, half)), ...number(raw.slice(half))];
		return Uint8Array.from(body.length < 128 ? [0x30, body.length, ...body]
			: [0x30, 0x81, body.length, ...body]);
	}

	const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
	const bytes_of = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

	async function key_of(pem) {
		const match = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(pem);
		if (match === null)
			throw new Error('This is no PKCS#8 private key in PEM. openssl pkcs8 -topk8 -nocrypt makes one of another form.');
		const der = bytes_of(match[1].replace(/\s/g, ''));
		for (const namedCurve of ['P-256', 'P-384']) {
			try {
				return await crypto.subtle.importKey('pkcs8', der,
					{ name: 'ECDSA', namedCurve }, false, ['sign']);
			} catch { /* the other curve */ }
		}
		throw new Error('The page signs with P-256 and P-384 keys. Sign with openssl instead.');
	}

	// ---- signing in the page ----

	// One key signs all texts; what openssl made may be given instead.
	function sign_here(form) {
		const texts = [...form.querySelectorAll('input[data-sign]')];
		const group = document.createElement('div');
		group.className = 'usa-form-group';
		group.innerHTML = '<label class="usa-label" for="act-key">Your private key: it signs in this page and is not sent</label>'
			+ '<input class="console-file" type="file" id="act-key" accept=".key,.pem"><p role="status"></p>';
		const [key_file, says] = [group.querySelector('input'), group.querySelector('p')];
		form.querySelector('.console-buttons').before(group);
		for (const input of texts) {
			const part = input.closest('.console-openssl');
			const details = document.createElement('details');
			details.className = 'console-exact';
			const summary = document.createElement('summary');
			summary.textContent = 'Sign with openssl instead';
			part.replaceWith(details);
			details.append(summary, part);
			input.required = false;
		}
		form.addEventListener('submit', async (event) => {
			const left = texts.filter((input) => input.name !== '' && input.files.length === 0);
			if (left.length === 0)
				return;
			event.preventDefault();
			if (key_file.files.length === 0) {
				says.textContent = 'Choose the file of your key, or give what openssl made.';
				return;
			}
			says.textContent = 'Signing.';
			try {
				const key = await key_of(await key_file.files[0].text());
				for (const input of left) {
					const raw = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-384' },
						key, bytes_of(input.dataset.sign));
					const hidden = document.createElement('input');
					hidden.type = 'hidden';
					hidden.name = 'act-signature';
					hidden.value = base64(der_of(new Uint8Array(raw)));
					input.removeAttribute('name');
					input.after(hidden);
				}
				form.requestSubmit(event.submitter);
			} catch (error) {
				says.textContent = error.message;
			}
		});
	}
	document.querySelectorAll('form.console-sign').forEach(sign_here);

	// ---- keys: a list with a current row, and a page's acts ----

	const rows = [...document.querySelectorAll('[data-rows] tbody tr')];
	let at = -1;
	function go(step) {
		if (rows.length === 0)
			return;
		rows[at]?.classList.remove('console-current');
		at = Math.min(rows.length - 1, Math.max(0, at + step));
		rows[at].classList.add('console-current');
		const link = rows[at].querySelector('a');
		(link ?? rows[at]).focus();
	}
	function press(key) {
		const target = document.querySelector(`[data-key="${key}"]`);
		if (target === null)
			return false;
		const details = target.closest('details');
		if (details !== null)
			details.open = true; // a click on its summary would close it
		if (target.matches('a, [data-press]'))
			target.click();
		else
			target.focus();
		return true;
	}
	// WCAG 2.1.4: single keys can be turned off, and stay so.
	let keys_on = localStorage.getItem('keys') !== 'off';
	document.querySelectorAll('.console-keys').forEach((p) => {
		const button = document.createElement('button');
		button.type = 'button';
		button.className = 'usa-button usa-button--unstyled';
		const show = () => {
			button.textContent = keys_on ? 'Turn these keys off' : 'Turn the keys on';
		};
		button.addEventListener('click', () => {
			keys_on = !keys_on;
			localStorage.setItem('keys', keys_on ? 'on' : 'off');
			show();
		});
		show();
		p.append(' ', button);
	});
	document.addEventListener('keydown', (event) => {
		if (!keys_on || event.ctrlKey || event.altKey || event.metaKey ||
			event.target.closest('input, textarea, select') !== null)
			return;
		if (press(event.key))
			event.preventDefault();
		else if (event.key === 'j' || event.key === 'k')
			go(event.key === 'j' ? 1 : -1);
	});

	// ---- sending files: how far it is ----

	const megabytes = (n) => `${(n / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;

	// The answer is a page: another one is gone to, the same shown in place.
	function show_answer(request, form) {
		if (new URL(request.responseURL).pathname !== new URL(form.action).pathname) {
			location.assign(request.responseURL);
			return;
		}
		const page = new DOMParser().parseFromString(request.responseText, 'text/html');
		const main = page.querySelector('main');
		document.title = page.title;
		document.querySelector('main').replaceWith(main);
		main.querySelectorAll('form[data-upload]').forEach(upload_here);
		(main.querySelector('.usa-alert--error[tabindex]') ?? main).focus();
	}

	function upload_here(form) {
		const part = document.createElement('div');
		part.className = 'console-sending';
		part.hidden = true;
		part.innerHTML = '<p role="status"></p><progress class="console-progress" aria-label="How much is sent"></progress>'
			+ '<button type="button" class="usa-button usa-button--outline">Stop sending</button>';
		form.append(part);
		const [says, bar, stop] = part.children;
		const buttons = [...form.querySelectorAll('button[type="submit"]')];
		let request = null;
		const end = (words) => {
			request = null;
			says.textContent = words;
			bar.hidden = true;
			stop.hidden = true;
			buttons.forEach((b) => { b.disabled = false; });
		};
		form.addEventListener('submit', (event) => {
			event.preventDefault();
			if (request !== null)
				return;
			request = new XMLHttpRequest();
			buttons.forEach((b) => { b.disabled = true; });
			for (const shown of [part, bar, stop])
				shown.hidden = false;
			bar.removeAttribute('value');
			says.textContent = 'Sending.';
			request.upload.addEventListener('progress', ({ loaded, total }) => {
				bar.max = total;
				bar.value = loaded;
				says.textContent = `${megabytes(loaded)} of ${megabytes(total)} are sent.`;
			});
			request.upload.addEventListener('load', () => {
				bar.removeAttribute('value');
				says.textContent = 'All is sent. It is being judged.';
			});
			const sent = request;
			request.addEventListener('load', () => {
				end('');
				show_answer(sent, form);
			});
			request.addEventListener('error', () =>
				end('The connection broke. Send the same files again: the same batch sent twice is no second one.'));
			request.addEventListener('abort', () => end('Stopped. Nothing was taken of what was not sent whole.'));
			request.open('POST', form.action);
			request.setRequestHeader('Accept', 'text/html');
			request.send(new FormData(form));
		});
		stop.addEventListener('click', () => request?.abort());
	}
	document.querySelectorAll('form[data-upload]').forEach(upload_here);

	// ---- what goes on meanwhile: looked at again, unless it is stopped ----

	function look_again(live) {
		const timer = setInterval(async () => {
			const answer = await fetch(location.href).catch(() => null);
			if (answer === null || !answer.ok)
				return;
			const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
			const now = page.querySelector('#live label');
			const bar = page.querySelector('#live progress');
			if (now === null || bar === null) {
				location.reload();
				return;
			}
			live.querySelector('label').textContent = now.textContent;
			live.querySelector('progress').value = bar.value;
		}, 1000 * live.dataset.again);
		const stop = document.createElement('button');
		stop.type = 'button';
		stop.className = 'usa-button usa-button--unstyled';
		stop.textContent = 'Stop looking again';
		stop.addEventListener('click', () => {
			clearInterval(timer);
			stop.remove();
		});
		live.append(stop);
	}
	document.querySelectorAll('[data-again]').forEach(look_again);

	// ---- small things ----

	document.querySelectorAll('[data-print]').forEach((button) =>
		button.addEventListener('click', () => window.print()));
	document.querySelector('.usa-alert--error[tabindex]')?.focus();
	document.querySelectorAll('form').forEach((form) =>
		form.addEventListener('submit', (event) => {
			// once: a second press is no second act
			if (event.defaultPrevented)
				return;
			setTimeout(() => form.querySelectorAll('button').forEach((b) => { b.disabled = true; }));
		}));
	window.addEventListener('pageshow', (event) => {
		if (event.persisted)
			document.querySelectorAll('button').forEach((b) => { b.disabled = false; });
	});
})();
