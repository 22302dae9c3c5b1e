// A thousand clients that are slow, each in its way, and a fast one beside them.
import fs from 'node:fs'
import net from 'node:net'
import { ask, kept_alive, options, people, percentile, say } from './client.mjs'

const { hostname: host, port } = new URL(options.base)
const person = people[0]
const head = (method, path, more = '') =>
    `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${options.token}\r\n${more}`
const large = head('GET', '/api/v1/organizations/wide/members?limit=1000') + '\r\n'

// Each: how many, what it does with a new socket, and until when it must have been dropped, in seconds.
const ways = {
    header: {
        many: 460,
        seconds: options.request_timeout,
        begin(socket) {
            socket.write(head('GET', '/api/v1/me', 'X-Slow: '))
            socket.timer = setInterval(() => socket.write('a'), 1000)
        },
    },
    body: {
        many: 250,
        seconds: options.read_timeout,
        begin(socket) {
            socket.write(
                head('POST', '/api/v1/auth/login', 'Content-Length: 1000\r\n') + '\r\n' + '{"email":"'.padEnd(500),
            )
        },
    },
    idle: {
        many: 250,
        seconds: options.keep_alive_timeout,
        begin(socket) {
            socket.write(head('GET', '/api/v1/me') + '\r\n')
        },
    },
    // Asks for megabytes and never reads; what the kernel takes off the service's hands is not enough for these.
    deaf: {
        many: 40,
        seconds: options.write_timeout,
        begin(socket) {
            socket.write(large.repeat(6))
            socket.pause()
        },
    },
}

const now = () => performance.now() / 1000
const sockets = []

async function open(name) {
    const way = ways[name]
    for (let i = 0; i < way.many; i++) {
        await new Promise((resolve, reject) => {
            const socket = net.connect({ host, port, noDelay: true }, () => {
                socket.opened = now()
                way.begin(socket)
                resolve()
            })
            Object.assign(socket, { way: name, answer: '' })
            if (name !== 'deaf')
                socket.on('data', (piece) => {
                    socket.answer += piece
                })
            socket.on('error', (error) => {
                socket.trouble = error.code
                reject(error)
            })
            socket.on('close', () => {
                clearInterval(socket.timer)
                socket.dropped = now()
            })
            sockets.push(socket)
        })
    }
}

// What the kernel knows of the service's sockets: how many are open, and how many have answers that nobody takes.
function at_the_service() {
    const own = ':' + Number(port).toString(16).toUpperCase().padStart(4, '0')
    const rows = fs
        .readFileSync('/proc/net/tcp', 'utf8')
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .filter((row) => row[1]?.endsWith(own) && row[3] !== '0A' && row[3] !== '06') // not LISTEN, not TIME_WAIT
    return {
        open: rows.filter((row) => row[3] === '01').length,
        blocked: rows.filter((row) => !row[4].startsWith('00000000:')).length,
    }
}
const memory = () => Number(fs.readFileSync(`/proc/${options.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1])
const files = () => fs.readdirSync(`/proc/${options.pid}/fd`).length

async function until(what, seconds) {
    const deadline = now() + seconds
    while (!what()) {
        if (now() > deadline) return false
        await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return true
}

async function fast() {
    const agent = kept_alive(1)
    const took = [],
        statuses = {}
    for (let i = 0; i < 1000; i++) {
        const begin = performance.now()
        const { status } = await ask(agent, 'GET', '/api/v1/me', { token: person.token }).catch((error) => ({
            status: error.code,
        }))
        took.push(performance.now() - begin)
        statuses[status] = (statuses[status] ?? 0) + 1
    }
    agent.destroy()
    took.sort((a, b) => a - b)
    return { statuses, p50: percentile(took, 0.5), p99: percentile(took, 0.99), longest: took.at(-1) }
}

const summary = { memory_before: memory(), files_before: files() }
await open('deaf')
summary.blocked = await until(() => at_the_service().blocked >= ways.deaf.many, 30)
for (const way of ['header', 'idle', 'body']) await open(way)
await until(() => sockets.every((socket) => socket.way !== 'idle' || socket.answer.includes('\r\n\r\n')), 10)
summary.fast = await fast()
summary.dropped_too_early = sockets.filter((socket) => socket.dropped).length
summary.open = at_the_service().open
summary.memory = memory()

// All of them are dropped, each kind in its time; that of the deaf is seen at the service alone.
const patience = 4 // what is left of a body is waited for, and the machine is not ours alone
await until(() => sockets.every((socket) => socket.dropped || socket.way === 'deaf'), 60)
for (const [name, { seconds }] of Object.entries(ways)) {
    const mine = sockets.filter((socket) => socket.way === name && name !== 'deaf')
    summary[name] = {
        late: mine.filter((socket) => !(socket.dropped - socket.opened < seconds + patience)).length,
        longest: Math.max(0, ...mine.map((socket) => socket.dropped - socket.opened)),
        answers: [...new Set(mine.map((socket) => socket.answer.slice(9, 12)))],
    }
}
summary.deaf_dropped = await until(() => files() <= summary.files_before + 4, options.write_timeout + patience) // 4: the pool
summary.files_after = files()
summary.memory_after = memory()
say(summary)
process.exit(0) // the deaf ones would wait for ever
