// Requests that no library would send: the bytes of a sound one, broken.
const latin = (text) => Buffer.from(text, 'latin1')

export function break_it(values, request) {
    const text = request.bytes.toString('latin1')
    const add = (line) => text.replace('\r\n', `\r\n${line}\r\n`)
    const broken = values.one([
        () => text.slice(0, values.random(text.length)),
        () => text.replace(/\r\n/g, '\n'),
        () => text.replace(/\r\n/g, '\r'),
        () =>
            text.replace(
                'HTTP/1.1',
                values.one(['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/9.9', 'HTTP/1.1 ', 'http/1.1', '']),
            ),
        () =>
            add(
                `Content-Length: ${values.one(['-1', '0', '5', '99999', '99999999999999999999', '0x10', '1e3', '5,5', ' 5', '+5', ''])}`,
            ),
        () =>
            add(
                'Transfer-Encoding: ' +
                    values.one(['chunked', 'identity', 'gzip, chunked', 'chunked, chunked', '\x0bchunked', 'xchunked']),
            ),
        () => add('Transfer-Encoding : chunked'),
        () => add(' folded: line'),
        () => add('No colon here'),
        () => add(': no name'),
        () => add('X-Bad\0Name: x'),
        () => add('X-Bad: a\0b'),
        () => add('X-Long: ' + 'a'.repeat(40000)),
        () => add(Array.from({ length: 500 }, (_, i) => `X-${i}: ${i}`).join('\r\n')),
        () =>
            text.replace(
                ' /',
                ' ' + values.one(['http://other.example/', '*', 'x', '/' + 'a'.repeat(9000), '/\xff\xfe', '/a b']),
            ),
        () => text.replace(/^\S+/, values.one(['', 'G\0T', 'a'.repeat(5000), '\xff', ' GET'])),
        () => text + text.slice(0, 50),
        () => '\r\n\r\n' + text,
        () => text.replace(/\r\n\r\n[^]*/, '\r\n\r\nffffffffffffffff\r\nabc'),
        () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
        () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
        () => Array.from({ length: 200 }, () => String.fromCharCode(values.random(256))).join(''),
        () => {
            const bytes = latin(text)
            for (let i = 0; i < 1 + values.random(5); i++) bytes[values.random(bytes.length)] = values.random(256)
            return bytes.toString('latin1')
        },
    ])()
    return { ...request, bytes: latin(broken), sound: false }
}
