# shellcheck shell=sh disable=SC2034,SC2154 # its variables are those of who reads it
# prepare.sh - what tools/run and tools/test share: Debian packages and the build folder. It is read
# by them, not run. Needs: $root, the top of the tree.

say() {
	printf '%s\n' "$*" >&2
}

give_up() {
	say "$(basename "$0"): $*"
	exit 5
}

build_packages="meson ninja-build pkg-config gcc libc6-dev libssl-dev libevent-dev libprotobuf-c-dev
	protobuf-c-compiler libyaml-dev libjansson-dev uthash-dev libhttp-parser-dev"
test_packages="clang libclang-rt-14-dev libcunit1-dev python3 python3-cryptography
	python3-yaml"

# The packages among the arguments that are not installed.
missing_packages() {
	dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
		awk -v wanted="$*" '$2 == "installed" { have[$1] = 1 }
			END { n = split(wanted, w, /[ \t\n]+/)
			      for (i = 1; i <= n; i++) if (w[i] != "" && !(w[i] in have)) print w[i] }'
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# Install what is missing of the arguments; asks nothing of a machine that has all of it.
need_packages() {
	if ! command -v dpkg-query >/dev/null 2>&1; then
		say "$(basename "$0"): no dpkg here: these Debian packages, or their like, must be there: $*"
		return
	fi
	missing=$(missing_packages "$@" | tr '\n' ' ')
	[ -n "$missing" ] || return 0
	command -v apt-get >/dev/null 2>&1 ||
		give_up "missing packages, and no apt-get to install them: $missing"
	[ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1 ||
		give_up "missing packages; run as root, or with sudo: apt-get install $missing"
	say "installing $missing"
	as_root apt-get update -q >&2 ||
		say "$(basename "$0"): the package lists could not be refreshed; trying those at hand"
	# shellcheck disable=SC2086 # a list of words
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -q -y --no-install-recommends $missing >&2 ||
		give_up "these packages could not be installed: $missing"
}

# A build folder: name, compiler, meson options. Set up once; a broken beginning is begun again.
need_folder() {
	folder=$root/$1 compiler=$2
	shift 2
	[ -f "$folder/build.ninja" ] && return 0
	rm -rf "$folder"
	CC=$compiler meson setup "$folder" "$root" "$@" >"$folder.log" 2>&1 || {
		cat "$folder.log" >&2
		rm -f "$folder.log"
		give_up "meson could not set up $folder"
	}
	rm -f "$folder.log"
}

# What sudo made belongs to who called it, so that a later call without sudo can go on.
give_back() {
	[ -n "${SUDO_UID:-}" ] && [ "$(id -u)" -eq 0 ] || return 0
	chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$@"
}
