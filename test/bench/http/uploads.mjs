// A thousand people upload a file at the same moment: all are connected first. Prints the microseconds until the last one
// has its answer, and the statuses.
import http from 'node:http'

const [base, path, token, many, wanted] = process.argv.slice(2)
const file =
    'email,first_name,last_name,department\n' +
    Array.from({ length: 50 }, (_, i) => `person-${i}@upload.example,First ${i},Last ${i},Sales\n`).join('')
const agent = new http.Agent({ keepAlive: true, maxSockets: Number(many) })

function ask(method, at, body) {
    return new Promise((resolve) => {
        const headers = {
            Authorization: `Bearer ${token}`,
            ...(body ? { 'Content-Type': 'text/csv', 'Content-Length': body.length } : {}),
        }
        const request = http.request(base + at, { agent, method, headers }, (response) => {
            response.resume()
            response.on('end', () => resolve(response.statusCode))
        })
        request.on('error', (error) => resolve(error.code))
        request.end(body)
    })
}

const all = (method, at, body) => Promise.all(Array.from({ length: Number(many) }, () => ask(method, at, body)))
await all('GET', '/no/such/path')
const begin = performance.now()
const statuses = await all('POST', path, file)
const took = (performance.now() - begin) * 1000
const others = statuses.filter((status) => status !== Number(wanted))
if (others.length > 0) throw new Error(`${others.length} uploads were answered with ${[...new Set(others)]}`)
console.log(took.toFixed(0))
process.exit(0)
