/* SPDX-License-Identifier: Apache-2.0 */
#include "os/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "os/file.h"

enum { STOP = 3 /* Ctrl-C, as a byte of the line */ };

static ssize_t
read_line(int tty, char *to, size_t size)
{
	ssize_t n;

	do
		n = read(tty, to, size);
	while (n < 0 && errno == EINTR);
	return n;
}

static enum err
take(int tty, char *to, size_t size, size_t *ret_n)
{
	ssize_t n = read_line(tty, to, size);
	char last;

	if (n < 0)
		return err_origin(ERR_IO);
	if (n == 0)
		return ERR_NOT_ALLOWED;
	last = to[n - 1];
	if (last != '\n' && last != STOP) {
		while (last != '\n' && last != STOP &&
			read_line(tty, &last, 1) == 1)
			continue;
		return ERR_TOO_LARGE;
	}
	*ret_n = (size_t)n - 1;
	return last == '\n' && n > 1 ? ERR_OK : ERR_NOT_ALLOWED;
}

/* No key sends a signal meanwhile: whoever ended us then would leave a terminal
 * that shows nothing. */
enum err
os_secret(const char *prompt, char *to, size_t size, size_t *ret_n)
{
	OWNED_FD tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct termios was;
	struct termios is;
	enum err e;

	if (tty < 0 || tcgetattr(tty, &was) != 0)
		return ERR_NOT_FOUND;
	is = was;
	is.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL | ISIG);
	is.c_lflag |= ICANON;
	is.c_cc[VEOL] = STOP;
	if (tcsetattr(tty, TCSAFLUSH, &is) != 0)
		return err_origin(ERR_IO);
	e = os_write_all(tty, span_text(prompt));
	if (e == ERR_OK)
		e = take(tty, to, size, ret_n);
	(void)!os_write_all(tty, SPAN("\n"));
	(void)tcsetattr(tty, TCSAFLUSH, &was);
	return e;
}
