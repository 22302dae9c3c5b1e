// Requests on fresh connections and on kept ones, and SIGTERM to the service in the middle of them. Every request that was
// sent before the signal has its whole answer; what is sent after it may be refused.
import net from 'node:net'
import { numbers, options, people, say } from './client.mjs'

const { hostname: host, port } = new URL(options.base)
const random = numbers(options.seed)
const credentials = JSON.stringify({ email: 'boss@traffic.example', password: 'correct horse' })
const cut_off = [],
    statuses = {}
let stopped_at,
    stopping = false,
    answered = 0,
    in_flight = 0,
    refused_after = 0

function text(fresh) {
    const close = fresh ? 'Connection: close\r\n' : ''
    const person = people[random(people.length)]
    if (random(8) === 0)
        // some take long: a password is compared
        return `POST /api/v1/auth/login HTTP/1.1\r\nHost: ${host}\r\n${close}Content-Length: ${credentials.length}\r\n\r\n${credentials}`
    return `GET /api/v1/organizations/${person.organization.slug}/members HTTP/1.1\r\nHost: ${host}\r\n${close}Authorization: Bearer ${person.token}\r\n\r\n`
}

function is_whole(answer) {
    const head = answer.indexOf('\r\n\r\n')
    return head > 0 && Buffer.byteLength(answer) - head - 4 === Number(answer.match(/\r\nContent-Length: (\d+)/i)?.[1])
}

const connect = () =>
    new Promise((resolve, reject) => {
        const socket = net.connect({ host, port }, () => resolve(socket)).once('error', reject)
    })

// One request on a socket. sent is the time at which the kernel had all of it.
function exchange(socket, fresh) {
    return new Promise((resolve) => {
        const one = { answer: '', fresh }
        const end = (trouble) => {
            socket.removeAllListeners()
            socket.on('error', () => {})
            resolve({ ...one, trouble })
        }
        socket.removeAllListeners('error')
        socket.on('data', (piece) => {
            one.answer += piece
            if (is_whole(one.answer)) end()
        })
        socket.on('error', (error) => end(error.code))
        socket.on('end', () => end('end'))
        socket.write(text(fresh), () => {
            one.sent = performance.now()
        })
    })
}

async function ask(socket, fresh) {
    in_flight++
    const one = await exchange(socket, fresh)
    in_flight--
    answered++
    if (one.sent === undefined || one.sent > stopped_at) return void refused_after++
    const status = one.answer.slice(9, 12)
    statuses[status] = (statuses[status] ?? 0) + 1
    if (one.trouble) cut_off.push(`${fresh ? 'fresh' : 'kept'}: ${one.trouble} after ${one.answer.length} bytes`)
    if (fresh) socket.destroy()
    return /\r\nConnection: close/i.test(one.answer) ? undefined : socket
}

// The signal comes right behind a burst of new connections. With a pause the service has not accepted one of them: for
// their clients, whom the system has told that they are connected, that is no difference.
async function stop() {
    stopping = true
    if (options.pause) process.kill(options.pid, 'SIGSTOP')
    const sockets = await Promise.all(Array.from({ length: options.burst }, connect))
    const burst = sockets.map((socket) => ask(socket, true))
    await new Promise((resolve) => setImmediate(resolve)) // now all of them are sent
    process.kill(options.pid, options.signal)
    stopped_at = performance.now()
    if (options.pause) process.kill(options.pid, 'SIGCONT')
    begin.in_flight = in_flight
    await Promise.all(burst)
}

async function worker(fresh) {
    let socket
    while (stopped_at === undefined) {
        try {
            if (!socket || fresh) socket = await connect()
        } catch (error) {
            return void refused_after++ // a connection that was not made yet
        }
        socket = await ask(socket, fresh)
        if (answered >= options.requests && !stopping) await stop()
    }
    socket?.destroy()
}

const begin = {}
await Promise.all([
    ...Array.from({ length: 24 }, () => worker(true)),
    ...Array.from({ length: 8 }, () => worker(false)),
])
say({ ...begin, cut_off, statuses, refused_after })
