const { lr } = JSON.parse(process.env.CHIMNEY_PARAMS)
console.log(`::metric ${JSON.stringify({ step: 1, loss: lr })}`)
