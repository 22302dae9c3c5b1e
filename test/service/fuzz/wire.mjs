// A connection as it is: bytes out, answers in, read by this file alone and strictly (RFC 9112).
import net from 'node:net'

// read_answer(bytes, method, ended) -> {status, headers, body, rest}, nothing as long as more is needed, or {fault}
export function read_answer(bytes, method, ended) {
    const end = bytes.indexOf('\r\n\r\n')
    if (end < 0) return ended && bytes.length > 0 ? { fault: 'an answer without the end of its headers' } : undefined
    const [first, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
    const status = Number(first.match(/^HTTP\/1\.[01] (\d{3}) ?[\x20-\x7e]*$/)?.[1])
    if (!status) return { fault: `no status line: ${JSON.stringify(first.slice(0, 80))}` }
    const headers = {}
    for (const line of lines) {
        const [, name, value] = line.match(/^([!#$%&'*+.^_`|~\w-]+): ?([\t\x20-\x7e\x80-\xff]*)$/) ?? []
        if (!name) return { fault: `no header: ${JSON.stringify(line.slice(0, 80))}` }
        if (
            /^(content-length|x-request-id|content-type|location)$/i.test(name) &&
            headers[name.toLowerCase()] !== undefined
        )
            return { fault: `two headers ${name}` }
        headers[name.toLowerCase()] = value
    }
    const rest = bytes.subarray(end + 4)
    if (status < 200) return read_answer(rest, method, ended)
    const made = (body, after) => ({ status, headers, body, rest: after })
    if (method === 'HEAD' || status === 204 || status === 304) return made(Buffer.alloc(0), rest)
    if (headers['content-type']?.startsWith('text/event-stream'))
        return { ...made(rest, Buffer.alloc(0)), endless: true }
    if (headers['transfer-encoding'] === 'chunked') return from_chunks(made, rest)
    const length = Number(headers['content-length'])
    if (!Number.isInteger(length)) return { fault: `no length in an answer ${status}` }
    if (rest.length >= length) return made(rest.subarray(0, length), rest.subarray(length))
    return ended ? { fault: `an answer ${status} of ${rest.length} bytes that says ${length}` } : undefined
}

function from_chunks(made, bytes) {
    const pieces = []
    for (let at = 0; ;) {
        const line = bytes.indexOf('\r\n', at)
        if (line < 0) return undefined
        const size = parseInt(bytes.subarray(at, line).toString('latin1'), 16)
        if (Number.isNaN(size)) return { fault: 'a chunk without a size' }
        if (bytes.length < line + 2 + size + 2) return undefined
        if (size === 0) return made(Buffer.concat(pieces), bytes.subarray(line + 4))
        pieces.push(bytes.subarray(line + 2, line + 2 + size))
        at = line + 2 + size + 2
    }
}

export const connect = (host, port) =>
    new Promise((resolve, reject) => {
        const socket = net.connect({ host, port, noDelay: true }, () => {
            socket.off('error', reject)
            socket.on('error', () => {})
            resolve(socket)
        })
        socket.once('error', reject)
    })

// Sends in one piece or several; resolves with the answer, {closed} when the service closed without one, {hangs} when
// nothing came in time, or {fault}.
export function exchange(socket, pieces, method, patience) {
    return new Promise((resolve) => {
        let got = Buffer.alloc(0)
        const end = (found) => {
            clearTimeout(timer)
            socket.removeAllListeners('data').removeAllListeners('close')
            resolve(found)
        }
        const timer = setTimeout(() => end({ hangs: true }), patience)
        const look = (ended) => {
            const answer = read_answer(got, method, ended)
            if (answer || ended) end(answer ?? { closed: true })
        }
        socket.on('data', (piece) => {
            got = Buffer.concat([got, piece])
            look(false)
        })
        socket.on('close', () => look(true))
        if (socket.destroyed) return end({ closed: true })
        const send = (rest) => {
            if (rest.length === 0 || socket.destroyed) return
            socket.write(rest[0], () => setImmediate(send, rest.slice(1)))
        }
        send(pieces)
    })
}

// until_closed: true when the service closes within the time
export const until_closed = (socket, patience) =>
    new Promise((resolve) => {
        if (socket.destroyed || socket.readableEnded) return resolve(true)
        const timer = setTimeout(() => resolve(false), patience)
        socket.on('close', () => {
            clearTimeout(timer)
            resolve(true)
        })
        socket.resume()
    })
