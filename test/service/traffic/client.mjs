// What the clients of this test share: requests over node:http, numbers from a seed, a summary for the shell.
import http from 'node:http'
import fs from 'node:fs'

export const options = JSON.parse(process.argv[2])
export const people = JSON.parse(fs.readFileSync(options.people, 'utf8'))

// mulberry32: the same numbers again from the same seed
export function numbers(seed) {
    let state = seed >>> 0
    return (below) => {
        state = (state + 0x6d2b79f5) >>> 0
        let t = state
        t = Math.imul(t ^ (t >>> 15), t | 1)
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
        return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below)
    }
}

export const kept_alive = (connections) =>
    new http.Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' })

// {status, headers, body}; rejects with an error whose code is the socket's
export function ask(agent, method, path, { token, body, headers = {} } = {}) {
    return new Promise((resolve, reject) => {
        const request = http.request(options.base + path, {
            agent,
            method,
            headers: {
                ...(token ? { Authorization: `Bearer ${token}` } : {}),
                ...(body ? { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) } : {}),
                ...headers,
            },
        })
        request.on('error', reject)
        request.on('response', (response) => {
            const pieces = []
            response.on('data', (piece) => pieces.push(piece))
            response.on('error', reject)
            response.on('end', () =>
                resolve({
                    status: response.statusCode,
                    headers: response.headers,
                    body: Buffer.concat(pieces).toString(),
                }),
            )
        })
        request.end(body)
    })
}

export const members_of = (person) => `/api/v1/organizations/${person.organization.slug}/members`

export const count = (into, key) => {
    into[key] = (into[key] ?? 0) + 1
}

// percentile <sorted> <share>
export const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]

export const say = (summary) => console.log(JSON.stringify(summary))
