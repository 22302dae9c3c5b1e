// Clients that ask for something long and go away. Goes away at SIGUSR1; those that stay print what they were answered.
import net from 'node:net'
import { options, people, say } from './client.mjs'

const { hostname: host, port } = new URL(options.base)
const person = people[0]
const get = `GET /api/v1/organizations/${person.organization.slug}/members HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${person.token}\r\n\r\n`

// reset: the connection is broken off. closed: it is closed in order. pipelined: the next request comes while the first
// one waits for its answer, which is no reason to take that client for gone.
const sockets = options.ways.map((way) => {
    const socket = net.connect({ host, port }, () => socket.write(get))
    Object.assign(socket, { way, answer: '' })
    socket.on('data', (piece) => {
        socket.answer += piece
        if (way === 'pipelined' && socket.answer.split('HTTP/1.1 ').length === 3 && socket.answer.endsWith('}'))
            socket.end()
    })
    socket.on('error', () => {})
    return socket
})

process.on('SIGUSR1', () => {
    for (const socket of sockets) {
        if (socket.way === 'reset') socket.resetAndDestroy()
        if (socket.way === 'closed') socket.destroy()
        if (socket.way === 'pipelined') socket.write(get)
    }
})
const patience = setTimeout(() => sockets.forEach((socket) => socket.destroy()), 30000)
await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.on('close', resolve))))
clearTimeout(patience)
say(
    sockets.map(({ way, answer }) => ({
        way,
        statuses: [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map((found) => Number(found[1])),
    })),
)
